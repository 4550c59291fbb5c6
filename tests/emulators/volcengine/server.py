"""The company: who may come in, and which of its two services they get."""

import uuid
from typing import ClassVar

from aiohttp import web

from tests.emulators.ear import Script
from tests.emulators.vendor import Desk, Message, SpeechVendor
from tests.emulators.volcengine import wire
from tests.emulators.volcengine.hearing import listen
from tests.emulators.volcengine.speaking import Booth

ACCOUNT = {"appId": "123456789", "accessToken": "access-token-example"}
KEY = "api-key-example"
_EARS = ("volc.bigasr.sauc.duration", "volc.bigasr.sauc.concurrent", "volc.seedasr.sauc.duration")
_VOICES = ("seed-tts-1.0", "seed-tts-2.0", "seed-icl-1.0", "volc.service_type.10029")


class VolcengineEmulator(SpeechVendor):
    """`account` is the one it serves, `key` opens the same one. `gzip`: the recogniser's answers are packed.

    `cancelled` counts sessions that were cancelled in time. `idle_s` without sound end a recognition.
    """

    name: ClassVar[str] = "volcengine"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.account = dict(ACCOUNT)
        self.key = KEY
        self.gzip = True
        self.cancelled = 0
        self.sessions = 0
        self.idle_s = 8.0
        self.logid = ""
        self._booths: dict[int, Booth] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/v3/sauc/{entrance:bigmodel|bigmodel_async}", self.socket),
            web.get("/api/v3/tts/bidirection", self.socket),
        ]

    def welcome(self) -> dict[str, str]:
        self.logid = uuid.uuid4().hex
        return {"X-Tt-Logid": self.logid}

    def admit(self, request: web.Request) -> web.Response | None:
        head, voice = request.headers, request.path.endswith("bidirection")
        if not head.get("X-Api-Connect-Id") or not head.get("X-Api-Request-Id"):
            self.complain("without X-Api-Connect-Id or X-Api-Request-Id")
        app = {"appId": head.get("X-Api-App-Key"), "accessToken": head.get("X-Api-Access-Key")}
        if head.get("X-Api-Key") != self.key and app != self.account:
            return web.Response(status=401, text="invalid X-Api-Key", headers=self.welcome())
        if head.get("X-Api-Resource-Id") not in (_VOICES if voice else _EARS):
            refused = "requested resource not granted"
            return web.Response(status=403, text=refused, headers=self.welcome())
        return None

    async def meet(self, desk: Desk) -> None:
        if not desk.request.path.endswith("bidirection"):
            await listen(desk, gzip=self.gzip, idle_s=self.idle_s)
            return
        booth = self._booths[desk.number] = Booth(desk)
        try:
            await booth.serve()
        finally:
            self.cancelled += booth.cancelled
            self.sessions += booth.sessions

    def error(self, desk: Desk, code: str, message: str) -> Message:
        booth = self._booths.get(desk.number)
        return booth.failure(int(code), message) if booth else wire.error(int(code), message)

    def garbage(self) -> Message:
        return b"\x11\x90\x11\x00\x00\x00\x10\x00 not what the size says"

    def odd(self) -> Message:
        said = {"result": {"utterances": 7}, "status_code": "x", "words": 3, "code": "?"}
        return wire.answer(said, None, last=False, zipped=False)
