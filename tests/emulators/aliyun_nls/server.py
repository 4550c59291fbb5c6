"""The company: who gets a token, who may come in with it, and the tasks on a socket."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
import uuid
from itertools import count
from typing import ClassVar
from urllib.parse import parse_qsl, quote

from aiohttp import web

from tests.emulators.aliyun_nls.grammar import Talk
from tests.emulators.aliyun_nls.hearing import transcribe
from tests.emulators.aliyun_nls.speaking import synthesize
from tests.emulators.ear import Script
from tests.emulators.vendor import Desk, Message, SpeechVendor

ACCOUNT = {"accessKeyId": "LTAIexample", "accessKeySecret": "secretExample", "appKey": "app-key-example"}
_NEEDED = {
    "Action": "CreateToken",
    "Format": "JSON",
    "RegionId": "cn-shanghai",
    "SignatureMethod": "HMAC-SHA1",
    "SignatureVersion": "1.0",
    "Version": "2019-02-28",
}


class AliyunNlsEmulator(SpeechVendor):
    """`account` is the one it serves. `tokens_made` counts CreateToken; `revoke()` ends all tokens.

    `lenient`: a bad token passes the handshake and is refused when a task begins. `idle_s` without a client's
    message end a task. `refuse_tokens` is what CreateToken answers instead of a token; `token_takes_s` is its
    pace. `from_sentence`: word times count from the sentence instead of from the task.
    """

    name: ClassVar[str] = "aliyun-nls"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.account = dict(ACCOUNT)
        self.tokens: set[str] = set()
        self.tokens_made = 0
        self.token_lasts_s = 86400.0
        self.token_takes_s = 0.0
        self.refuse_tokens: web.Response | None = None
        self.lenient = False
        self.from_sentence = False
        self.idle_s = 10.0
        self._nonces: set[str] = set()
        self._talks: dict[int, Talk] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self._create_token), web.get("/ws/v1", self.socket)]

    def revoke(self) -> None:
        """From now on every token given so far is refused."""
        self.tokens.clear()

    def admit(self, request: web.Request) -> web.Response | None:
        if self.lenient or _token(request) in self.tokens:
            return None
        return web.Response(status=403, text="Meta:ACCESS_DENIED:The token is invalid!")

    async def meet(self, desk: Desk) -> None:
        talk = self._talks[desk.number] = Talk(desk, self.account["appKey"])
        for number in count():
            start = await talk.begin()
            if number:
                desk.again()
            if _token(desk.request) not in self.tokens:
                await desk.fail(40000001, "Gateway:ACCESS_DENIED:The token is expired!")
            match start["header"]["namespace"], start["header"]["name"]:
                case "SpeechTranscriber", "StartTranscription":
                    await transcribe(talk, start["payload"], self.idle_s)
                case "FlowingSpeechSynthesizer", "StartSynthesis":
                    await synthesize(talk, start["payload"], self.idle_s, self.from_sentence)
                case namespace, name:
                    desk.complain(f"{namespace}.{name} begins nothing")
                    await desk.fail(40010003, "Gateway:DIRECTIVE_INVALID")

    def error(self, desk: Desk, code: str, message: str) -> Message:
        talk = self._talks[desk.number]
        return json.dumps(talk.event("TaskFailed", status=int(code), text=message, namespace="Default"))

    async def _create_token(self, request: web.Request) -> web.Response:
        self.tokens_made += 1
        await asyncio.sleep(self.token_takes_s)
        refused = self.refuse_tokens or self._wrong(request)
        if refused is not None:
            return refused
        token = uuid.uuid4().hex
        self.tokens.add(token)
        ends = time.time() + self.token_lasts_s
        made = {"UserId": "1000", "Id": token, "ExpireTime": round(ends)}
        return web.json_response({"Token": made, "RequestId": "REQ-TOKEN"})

    def _wrong(self, request: web.Request) -> web.Response | None:
        """Recomputed by the vendor's recipe, independently of the adapter."""
        query = dict(parse_qsl(request.query_string, keep_blank_values=True))
        given = query.pop("Signature", "")
        if any(query.get(name) != value for name, value in _NEEDED.items()):
            self.complain(f"CreateToken with {query}")
            return refusal(400, "MissingParameter", "a parameter is missing")
        if query["SignatureNonce"] in self._nonces:
            self.complain("a nonce used twice")
        self._nonces.add(query["SignatureNonce"])
        made = time.strptime(query["Timestamp"], "%Y-%m-%dT%H:%M:%SZ")
        if abs(time.mktime(made) - time.mktime(time.gmtime())) > 900:
            return refusal(400, "InvalidTimeStamp.Expired", "the time stamp is too old")
        if query["AccessKeyId"] != self.account["accessKeyId"]:
            return refusal(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        pairs = "&".join(f"{k}={quote(v, safe='~')}" for k, v in sorted(query.items()))
        key = f"{self.account['accessKeySecret']}&".encode()
        text = f"GET&%2F&{quote(pairs, safe='~')}".encode()
        if base64.b64encode(hmac.new(key, text, hashlib.sha1).digest()).decode() != given:
            return refusal(400, "SignatureDoesNotMatch", "Specified signature is not matched.")
        return None


def refusal(status: int, code: str, message: str) -> web.Response:
    """CreateToken's way to say no."""
    return web.json_response({"RequestId": "REQ-TOKEN", "Code": code, "Message": message}, status=status)


def _token(request: web.Request) -> str:
    return request.headers.get("X-NLS-Token", "") or request.query.get("token", "")
