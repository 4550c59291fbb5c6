"""The company: who may come in, and which of its services they get."""

import itertools
import json
from contextlib import suppress
from typing import Any, ClassVar

from aiohttp import web

from tests.emulators.answering import Broken, Stream
from tests.emulators.baidu.hearing import listen
from tests.emulators.baidu.speaking import CHUNK_S, rate_of, speak, speed_of, text_of
from tests.emulators.ear import Script
from tests.emulators.speaking import pieces, tone
from tests.emulators.vendor import Desk, Message, SpeechVendor

ACCOUNT = {"appId": "10000001", "apiKey": "baidu-key-example", "secretKey": "baidu-secret-example"}
NEW_KEY = "bce-v3/ALTAK-example/0123"
EAR, VOICE = "/realtime_asr", "/ws/2.0/speech/publiccloudspeech/v1/tts"


class BaiduEmulator(SpeechVendor):
    """`account` is the one it serves; its new key is NEW_KEY. Tokens in `tokens` are good."""

    name: ClassVar[str] = "baidu"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.account = dict(ACCOUNT)
        self.tokens: set[str] = set()
        self._numbers = itertools.count()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(EAR, self.socket),
            web.get(VOICE, self.socket),
            web.post("/oauth/2.0/token", self._token),
            web.post("/text2audio", self._text2audio),
        ]

    def admit(self, request: web.Request) -> web.Response | None:
        query = request.query
        if request.path == EAR:
            if not 0 < len(query.get("sn", "")) <= 128:
                self.complain(f"sn {query.get('sn')!r}")
            return None
        if not query.get("per", "").isdigit():
            self.complain(f"per {query.get('per')!r}")
            return web.json_response({"code": 276001, "message": "per"}, status=400)
        if not self._entitled(request, query.get("access_token", "")):
            return web.json_response({"code": 276002, "message": "token"}, status=401)
        return None

    async def meet(self, desk: Desk) -> None:
        if desk.request.path == EAR:
            await listen(desk, self.account)
        else:
            await speak(desk)

    def error(self, desk: Desk, code: str, message: str) -> Message:
        if desk.request.path == EAR:
            said = {"type": "FIN_TEXT", "err_no": int(code), "err_msg": message, "log_id": 7, "result": ""}
            return json.dumps({**said, "sn": desk.request.query.get("sn", "")})
        return json.dumps({"type": "system.error", "code": int(code), "message": message})

    def odd(self) -> Message:
        return json.dumps({"type": [], "err_no": "?", "code": {}, "result": 7})

    def _entitled(self, request: web.Request, token: str) -> bool:
        return request.headers.get("Authorization") == f"Bearer {NEW_KEY}" or token in self.tokens

    async def _token(self, request: web.Request) -> web.Response:
        query, account = request.query, self.account
        if query.get("grant_type") != "client_credentials":
            self.complain(f"grant_type {query.get('grant_type')!r}")
        if (query.get("client_id"), query.get("client_secret")) != (account["apiKey"], account["secretKey"]):
            said = {"error": "invalid_client", "error_description": "unknown client id"}
            return web.json_response(said, status=401)
        token = f"24.token-{next(self._numbers)}"
        self.tokens.add(token)
        return web.json_response({"access_token": token, "expires_in": 2592000, "scope": "audio_tts_post"})

    async def _text2audio(self, request: web.Request) -> web.StreamResponse:
        refused = self.refusal()
        if refused is not None:
            return refused
        form: dict[str, Any] = {name: str(value) for name, value in (await request.post()).items()}
        if not self._entitled(request, form.get("tok", "")):
            return _failed(502, "authentication failed.")
        text, rate = text_of(form), rate_of(form)
        if (
            text is None
            or rate is None
            or not form.get("cuid")
            or (form.get("ctp"), form.get("lan")) != ("1", "zh")
        ):
            self.complain(f"form {form}")
            return _failed(501, "param error")
        stream = Stream(self, request, "audio/pcm")
        if fault := stream.fails_at_start:
            return _failed(int(fault.code), fault.message)
        with suppress(Broken):
            await stream.begin()
            for piece in pieces(tone(text, rate, speed_of(form)).pcm, rate, CHUNK_S):
                await stream.result(piece)
            await stream.end(b"")
        return stream.response


def _failed(code: int, message: str) -> web.Response:
    return web.json_response({"err_no": code, "err_msg": message, "sn": "sn-1", "idx": 1})
