"""Whoever runs it: the WebSocket `/transcriber` and the webhook `/voice`, both behind one secret."""

import asyncio
import json
from typing import Any, ClassVar

import numpy as np
from aiohttp import web

from tests.emulators.ear import Heard, Script
from tests.emulators.speaking import pieces, tone
from tests.emulators.vendor import Desk, Message, SpeechVendor

SECRET = "custom-secret"
RATES = (8000, 16000, 22050, 24000)
_START = {"type": "start", "encoding": "linear16", "container": "raw", "channels": 2}


class CustomEmulator(SpeechVendor):
    """`server` is what goes into an assistant. `hears_itself`: it reports the assistant's channel, too."""

    name: ClassVar[str] = "custom"

    def __init__(
        self, script: Script | None = None, *, hears_itself: bool = True, pause_ms: int = 300
    ) -> None:
        super().__init__(script)
        self.account: dict[str, str] = {}
        self.hears_itself, self._pause_ms = hears_itself, pause_ms
        self.asked: list[dict[str, Any]] = []
        self.content_type = "application/octet-stream"

    def environment(self) -> dict[str, str]:
        return {"YINGDA_ALLOWED_TARGETS": '["127.0.0.0/8"]'}

    def server(self, path: str, **more: Any) -> dict[str, Any]:
        """The `server` of a transcriber or voice."""
        return {"url": f"{self.url}/{path}", "secret": SECRET, "headers": {"X-Tenant": "7"}, **more}

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/transcriber", self.socket), web.post("/voice", self._voice)]

    def admit(self, request: web.Request) -> web.Response | None:
        if request.headers.get("X-Vapi-Secret") != SECRET:
            return web.Response(status=401, text="who are you?")
        if request.headers.get("X-Tenant") != "7":
            self.complain("the tenant's own header is missing")
        return None

    def error(self, desk: Desk, code: str, message: str) -> Message:
        return json.dumps({"type": "error", "code": code, "message": message})

    def garbage(self) -> Message:
        return '{"type": "transcriber-resp'

    def odd(self) -> Message:
        return json.dumps({"type": "transcriber-response", "transcription": ["?"], "channel": "customer"})

    async def meet(self, desk: Desk) -> None:
        start = await desk.receive_json()
        if start != {**_START, "sampleRate": 16000}:
            desk.complain(f"start {start}")
        await desk.say('{"type": "hello"}', "start")
        ear = self.ear(16000, self._pause_ms)
        while True:
            message = await desk.receive()
            if not isinstance(message, bytes) or len(message) % 4:
                desk.complain(f"not stereo PCM: {message[:40]!r}")
                continue
            sound = np.frombuffer(message, "<i2").reshape(-1, 2)
            if sound[:, 1].any():
                desk.complain("the caller's sound on the assistant's channel")
            for heard in ear.feed(sound[:, 0].tobytes()):
                await self._tell(desk, heard)

    async def _tell(self, desk: Desk, heard: Heard) -> None:
        said = {"type": "transcriber-response", "channel": "customer"}
        if heard.end is None:
            await desk.result({**said, "transcription": heard.text, "transcriptType": "partial"})
            return
        if self.hears_itself:
            await desk.say({**said, "transcription": "How can I help?", "channel": "assistant"})
        await desk.result({**said, "transcription": heard.text})

    async def _voice(self, request: web.Request) -> web.StreamResponse:
        refused = self.refusal() or self.admit(request)
        if refused is not None:
            return refused
        message = (await request.json())["message"]
        self.asked.append(message)
        missing = {"type", "text", "sampleRate", "timestamp"} - set(message)
        if missing or message["type"] != "voice-request" or message["sampleRate"] not in RATES:
            self.complain(f"message {message}")
        return await self._speak(request, message)

    async def _speak(self, request: web.Request, message: dict[str, Any]) -> web.StreamResponse:
        fault = self.next_fault()
        if fault and fault.kind == "stall" and fault.at == "start":
            await asyncio.sleep(60)
        response = web.StreamResponse()
        response.content_type = self.content_type
        await response.prepare(request)
        if fault and fault.kind == "end":
            return response
        sound = tone(message["text"], message["sampleRate"], 1.0).pcm
        for number, piece in enumerate(pieces(sound, message["sampleRate"], 0.05)):
            if fault and fault.at == number:
                if fault.kind == "stall":
                    await asyncio.sleep(60)
                if fault.kind == "drop" and request.transport:
                    request.transport.abort()
                    return response
            await response.write(piece)
        await response.write_eof()
        return response
