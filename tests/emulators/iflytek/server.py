"""The company: who may come in, and which of its services they get."""

import base64
import hashlib
import hmac
import json
import re
import time
from email.utils import parsedate_to_datetime
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from aiohttp import web

from tests.emulators.ear import Script
from tests.emulators.iflytek import dictation, speaking, transcription
from tests.emulators.vendor import Desk, Message, SpeechVendor

ACCOUNT = {
    "appId": "a1b2c3d4", "apiKey": "apikey-example", "apiSecret": "secret0123456789secret0123456789",
    "rtasrApiKey": "rtasr-key-example", "accessKeyId": "ak0001", "accessKeySecret": "aksecret0001",
}  # fmt: skip
SKEW_S = 300
_AUTHORIZATION = re.compile(
    r'api_key="(?P<key>[^"]*)", algorithm="hmac-sha256", '
    r'headers="host date request-line", signature="(?P<signature>[^"]*)"'
)


class IflytekEmulator(SpeechVendor):
    """`account` is the one it serves; `ahead_s` is how far its clock is ahead of ours."""

    name: ClassVar[str] = "iflytek"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.account = dict(ACCOUNT)
        self.ahead_s = 0.0
        self._services = {
            "/v2/iat": dictation.listen,
            "/v2/ist": dictation.listen,
            "/v1": dictation.listen,
            "/v1/ws": transcription.listen,
            "/ast/communicate/v1": transcription.listen,
            "/v2/tts": speaking.speak,
            "/v1/private/mcd9m97e6": speaking.speak_as_it_comes,
        }

    def routes(self) -> list[web.RouteDef]:
        return [web.get(path, self.socket) for path in self._services]

    def now(self) -> float:
        """The vendor's clock."""
        return time.time() + self.ahead_s

    def admit(self, request: web.Request) -> web.Response | None:
        if request.path in ("/v1/ws", "/ast/communicate/v1"):
            return None  # refused in band
        query = query_of(request)
        missing = [name for name in ("authorization", "date", "host") if not query.get(name)]
        if missing:
            self.complain(f"an address without {missing}")
            return _no(401, "Unauthorized")
        return self._wrong_date(query["date"]) or self._wrong_signature(request, query)

    async def meet(self, desk: Desk) -> None:
        await self._services[desk.request.path](desk, query_of(desk.request), self.account)

    def error(self, desk: Desk, code: str, message: str) -> Message:
        sid = f"sid{desk.number:06d}"
        flat = {"code": int(code), "message": message, "sid": sid, "data": None}
        layered = {"header": {"code": int(code), "message": message, "sid": sid, "status": 2}}
        told = {
            "/v1": layered,
            "/v1/private/mcd9m97e6": layered,
            "/v1/ws": {"action": "error", "code": code, "data": "", "desc": message, "sid": sid},
            "/ast/communicate/v1": {
                "msg_type": "action", "sid": sid, "data": {"action": "end", "code": code, "message": message},
            },
        }  # fmt: skip
        return json.dumps(told.get(desk.request.path, flat))

    def _wrong_date(self, date: str) -> web.Response | None:
        refusal = "HMAC signature cannot be verified, a valid date or x-date header is required"
        if not date.endswith(" GMT"):
            self.complain(f"the date {date!r} is not GMT")
            return _no(403, refusal)
        if abs(parsedate_to_datetime(date).timestamp() - self.now()) > SKEW_S:
            return _no(403, refusal)
        return None

    def _wrong_signature(self, request: web.Request, query: dict[str, str]) -> web.Response | None:
        """Recomputed by the vendor's recipe, independently of the adapter."""
        found = _AUTHORIZATION.fullmatch(base64.b64decode(query["authorization"]).decode())
        if found is None or query["host"] != request.headers["Host"]:
            self.complain("authorization or host is not as it should be")
            return _no(401, "HMAC signature cannot be verified")
        origin = f"host: {query['host']}\ndate: {query['date']}\nGET {request.path} HTTP/1.1"
        digest = hmac.new(self.account["apiSecret"].encode(), origin.encode(), hashlib.sha256).digest()
        good = found["signature"] == base64.b64encode(digest).decode()
        if not good or found["key"] != self.account["apiKey"]:
            return _no(401, "HMAC signature cannot be verified")
        return None


def query_of(request: web.Request) -> dict[str, str]:
    """By hand: a plus sign is a plus sign here, and an unencoded one in a signature is a client's mistake."""
    raw = urlsplit(request.raw_path).query
    return {k: unquote(v) for k, _, v in (pair.partition("=") for pair in raw.split("&"))}


def _no(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)
