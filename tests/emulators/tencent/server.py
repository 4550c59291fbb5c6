"""The company: who may come in, and which of its two services they get."""

import base64
import hashlib
import hmac
import json
import time
from typing import ClassVar, NamedTuple
from urllib.parse import unquote, urlsplit

from aiohttp import web

from tests.emulators.ear import Script
from tests.emulators.tencent.hearing import listen
from tests.emulators.tencent.speaking import speak
from tests.emulators.vendor import Desk, Message, SpeechVendor

ACCOUNT = {"appId": "1250000000", "secretId": "AKIDexample", "secretKey": "secretKeyExample"}


class TencentEmulator(SpeechVendor):
    """`account` is the one it serves. Refusals come as a message after the upgrade, as the vendor does it."""

    name: ClassVar[str] = "tencent"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.account = dict(ACCOUNT)
        self._used: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/asr/v2/{appid}", self.socket), web.get("/stream_wsv2", self.socket)]

    async def meet(self, desk: Desk) -> None:
        query = _query(desk.request)
        voice = desk.request.path == "/stream_wsv2"
        service = _VOICE if voice else _EAR
        appid = query.get("AppId", "") if voice else desk.request.match_info["appid"]
        code = self._entitled(desk, query, service, appid)
        if code:
            await desk.fail(code, "authentication failed")
        await (speak if voice else listen)(desk, query)

    def error(self, desk: Desk, code: str, message: str) -> Message:
        session = desk.request.query.get("voice_id", "") or desk.request.query.get("SessionId", "")
        said = {"code": int(code), "message": message, "voice_id": session, "session_id": session}
        return json.dumps({**said, "request_id": f"req-{desk.number}"})

    def _entitled(self, desk: Desk, query: dict[str, str], service: "_Service", appid: str) -> int:
        """The code of the refusal, or 0."""
        missing = [name for name in service.required if not query.get(name)]
        if missing:
            desk.complain(f"without {missing}")
            return 4001
        if query[service.session] in self._used:
            desk.complain(f"{service.session} used twice")
        self._used.add(query[service.session])
        now, made, ends = time.time(), int(query[service.made]), int(query[service.ends])
        if abs(now - made) > 300 or not now < ends < now + 90 * 86400:
            desk.complain("timestamp or expired out of range")
            return 4002
        if appid != self.account["appId"] or query[service.secret] != self.account["secretId"]:
            return 4002
        given = query.pop(service.signed, "")
        return 0 if given == self._signature(desk.request, query, service.method) else 4002

    def _signature(self, request: web.Request, query: dict[str, str], method: str) -> str:
        """Recomputed by the vendor's recipe, independently of the adapter."""
        pairs = "&".join(f"{k}={v}" for k, v in sorted(query.items()))
        text = f"{method}{request.headers['Host']}{request.path}?{pairs}"
        digest = hmac.new(self.account["secretKey"].encode(), text.encode(), hashlib.sha1).digest()
        return base64.b64encode(digest).decode()


class _Service(NamedTuple):
    """What a signed query must hold, and the names it has there."""

    required: tuple[str, ...]
    method: str
    session: str
    made: str
    ends: str
    secret: str
    signed: str


_EAR = _Service(
    ("secretid", "timestamp", "expired", "nonce", "engine_model_type", "voice_id"),
    "", "voice_id", "timestamp", "expired", "secretid", "signature",
)  # fmt: skip
_VOICE = _Service(
    ("Action", "AppId", "SecretId", "ModelType", "VoiceType", "Codec", "SampleRate", "SessionId", "Timestamp",
     "Expired"),
    "GET", "SessionId", "Timestamp", "Expired", "SecretId", "Signature",
)  # fmt: skip


def _query(request: web.Request) -> dict[str, str]:
    """By hand: a plus sign is a plus sign here, and an unencoded one in a signature is a client's mistake."""
    raw = urlsplit(request.raw_path).query
    return {k: unquote(v) for k, _, v in (pair.partition("=") for pair in raw.split("&"))}
