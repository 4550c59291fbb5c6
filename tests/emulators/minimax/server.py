"""The company: who may come in, and which of its services they get."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ClassVar

from aiohttp import web

from tests.emulators.answering import Broken, Stream
from tests.emulators.ear import Script
from tests.emulators.minimax.cloning import Cloning, answer
from tests.emulators.minimax.speaking import CHUNK_S, MOST, OK, extra, mistakes, speak
from tests.emulators.speaking import pieces, tone
from tests.emulators.vendor import Desk, Message, SpeechVendor

ACCOUNT = {"apiKey": "minimax-key-example", "groupId": "1790000000"}


class MiniMaxEmulator(SpeechVendor):
    """`account` is the one it serves. Who is not entitled is told so with HTTP 200, or by a first message."""

    name: ClassVar[str] = "minimax"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.account = dict(ACCOUNT)
        self.cloning = Cloning()
        self.cloning.violations = self.violations

    def routes(self) -> list[web.RouteDef]:
        cloning = self.cloning
        return [
            web.get("/ws/v1/t2a_v2", self.socket),
            web.post("/v1/t2a_v2", self._over_http),
            web.post("/v1/files/upload", self._for(cloning.upload)),
            web.post("/v1/voice_clone", self._for(cloning.clone)),
            web.post("/v1/voice_design", self._for(cloning.design)),
            web.post("/v1/get_voice", self._for(cloning.list)),
            web.post("/v1/delete_voice", self._for(cloning.delete)),
        ]

    async def meet(self, desk: Desk) -> None:
        if not self._entitled(desk.request):
            await desk.fail(2049, "invalid api key")
        await speak(desk)

    def error(self, desk: Desk, code: str, message: str) -> Message:
        return json.dumps(
            {"event": "task_failed", "trace_id": f"trace-{desk.number}", **_base(code, message)}
        )

    def odd(self) -> Message:
        return json.dumps({"event": "task_continued", "data": {"audio": 7}, "base_resp": OK})

    def _entitled(self, request: web.Request) -> bool:
        """A group, if it is named, must be the key's own."""
        group = request.query.get("GroupId", self.account["groupId"])
        bearer = f"Bearer {self.account['apiKey']}"
        return request.headers.get("Authorization") == bearer and group == self.account["groupId"]

    def _for(self, handler: Callable[[web.Request], Awaitable[web.Response]]) -> Any:
        async def handle(request: web.Request) -> web.Response:
            refused = self.refusal()
            if refused is not None:
                return refused
            return await handler(request) if self._entitled(request) else answer(1004, "login fail")

        return handle

    async def _over_http(self, request: web.Request) -> web.StreamResponse:
        refused = self.refusal()
        if refused is not None:
            return refused
        if not self._entitled(request):
            return answer(1004, "login fail")
        task = await request.json()
        wrong = list(mistakes(task))
        if wrong or not 0 < len(task.get("text", "")) < MOST or task.get("output_format") != "hex":
            self.complain(f"{wrong} in {task}")
            return answer(2013, "invalid params")
        stream = Stream(self, request, "text/event-stream")
        if fault := stream.fails_at_start:
            return answer(int(fault.code), fault.message)
        with suppress(Broken):
            await self._stream(stream, task)
        return stream.response

    async def _stream(self, stream: Stream, task: dict[str, Any]) -> None:
        rate = task["audio_setting"]["sample_rate"]
        spoken = tone(task["text"], rate, task["voice_setting"]["speed"])
        fault = self.fault
        failed = _event(**_base(fault.code or "0", fault.message)) if fault else b""
        await stream.begin()
        for chunk in pieces(spoken.pcm, rate, CHUNK_S):
            data = {"audio": chunk.hex(), "status": 1, "ced": ""}
            await stream.result(_event(data=data, trace_id="trace-http", base_resp=OK), failed)
        whole = {"audio": spoken.pcm.hex(), "status": 2, "ced": ""}
        last = {"data": whole, "extra_info": extra(task["text"], spoken.pcm, rate), "base_resp": OK}
        await stream.end(_event(**last))


def _base(code: str, message: str) -> dict[str, Any]:
    return {"base_resp": {"status_code": int(code), "status_msg": message}}


def _event(**said: Any) -> bytes:
    return f"data: {json.dumps(said, ensure_ascii=False)}\n\n".encode()
