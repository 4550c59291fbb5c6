"""The company: who may come in, and which of its two services they get."""

import re
from typing import ClassVar

from aiohttp import web

from tests.emulators.azure.frames import text
from tests.emulators.azure.hearing import listen
from tests.emulators.azure.speaking import speak
from tests.emulators.ear import Script
from tests.emulators.vendor import Desk, Message, SpeechVendor

ACCOUNT = {"apiKey": "azure-key-example", "region": "chinaeast2"}
EAR, VOICE = "/speech/recognition/conversation/cognitiveservices/v1", "/cognitiveservices/websocket/v1"


class AzureEmulator(SpeechVendor):
    """`account` is the one it serves; a turn of recognition ends after `phrases_a_turn`."""

    name: ClassVar[str] = "azure"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.account = dict(ACCOUNT)
        self.phrases_a_turn = 1000
        self.turns: dict[int, str] = {}  # the newest turn of each socket

    def routes(self) -> list[web.RouteDef]:
        return [web.get(EAR, self.socket), web.get(VOICE, self.socket)]

    def protocols(self) -> tuple[str, ...]:
        return ("USP",)

    def admit(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Ocp-Apim-Subscription-Key") != self.account["apiKey"]:
            return web.Response(status=401, text="Access denied due to invalid subscription key")
        if not re.fullmatch(r"[0-9a-f]{32}", request.headers.get("X-ConnectionId", "")):
            self.complain("X-ConnectionId is no 32 hex digits")
        language = request.query.get("language", "")
        if request.path == EAR and not re.fullmatch("[a-z]{2,3}-[A-Z]{2}(-[a-z]+)?", language):
            self.complain(f"language {language!r}")
            return web.Response(status=400, text="language")
        return None

    async def meet(self, desk: Desk) -> None:
        if desk.request.path == EAR:
            await listen(desk, self.turns, self.phrases_a_turn)
        else:
            await speak(desk)

    def error(self, desk: Desk, code: str, message: str) -> Message:
        """A recogniser's failure; voices just hang up."""
        said = {"Id": "0", "RecognitionStatus": code, "Offset": 0, "Duration": 0, "DisplayText": message}
        return text("speech.phrase", self.turns.get(desk.number, ""), said)

    def garbage(self) -> Message:
        return "Path:turn.sta"

    def odd(self) -> Message:
        return b"\x00\x05"
