"""One socket of Gemini Live: setup first, then sound both ways. What it says are binary frames of JSON."""

import asyncio
import base64
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.emulators.openai_realtime.brain import Call, Line
from tests.emulators.speaking import pieces, tone
from tests.emulators.vendor import Desk, HungUp

if TYPE_CHECKING:
    from tests.emulators.gemini.server import GeminiEmulator

RATE_IN, RATE_OUT = 16000, 24000
CHUNK_S = 0.2
_SETUP = {"model", "generationConfig", "systemInstruction", "tools", "inputAudioTranscription",
          "outputAudioTranscription", "realtimeInputConfig", "sessionResumption"}  # fmt: skip
_KINDS = ("setup", "realtimeInput", "clientContent", "toolResponse")


@dataclass(slots=True)
class Room:
    """`lines` is the conversation as it knows it; `handle` what the client came back with."""

    desk: Desk
    vendor: "GeminiEmulator"
    lines: list[Line] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    handle: str = ""
    interrupted: int = 0
    _set_up: bool = False
    _calls: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)
    _answer: "asyncio.Task[None] | None" = None
    _warned: bool = False
    _ear: Any = None
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def run(self) -> None:
        """Until somebody hangs up."""
        began = time.monotonic()
        try:
            while True:
                warn = 0.0 if self._warned else self.vendor.notice_s
                left = self.vendor.session_s - warn - (time.monotonic() - began)
                try:
                    await self._hear(await self.desk.receive_json(max(0.0, left)))
                except TimeoutError:
                    await self._leave()
        finally:
            for task in self._tasks:
                task.cancel()

    async def _leave(self) -> None:
        if self._warned:
            await self.desk.hang_up(1008, "The session has ended: deadline expired.")
        self._warned = True
        await self._say(goAway={"timeLeft": f"{self.vendor.notice_s:g}s"})

    async def _hear(self, message: dict[str, Any]) -> None:
        kinds = list(message)
        if len(kinds) != 1 or kinds[0] not in _KINDS:
            self._wrong(f"a message of {kinds}")
            return
        (kind,) = kinds
        if (kind == "setup") == self._set_up:
            self._wrong(f"{kind} {'twice' if self._set_up else 'before setup'}")
        match kind:
            case "setup":
                await self._configure(message[kind])
            case "realtimeInput":
                await self._audio(message[kind])
            case "clientContent":
                await self._content(message[kind])
            case "toolResponse":
                await self._result(message[kind])

    async def _configure(self, setup: dict[str, Any]) -> None:
        self._set_up = True
        for name in sorted(set(setup) - _SETUP):
            self._wrong(f"setup.{name} is no field")
        if not str(setup.get("model", "")).startswith("models/"):
            self._wrong(f"model {setup.get('model')!r}")
        if setup.get("generationConfig", {}).get("responseModalities") != ["AUDIO"]:
            self._wrong("responseModalities is not AUDIO")
        for tool in setup.get("tools", ()):
            for declared in tool["functionDeclarations"]:
                if not declared.get("name") or "parametersJsonSchema" not in declared:
                    self._wrong(f"malformed declaration {declared}")
        vad = setup.get("realtimeInputConfig", {}).get("automaticActivityDetection", {})
        self._ear = self.vendor.ear(RATE_IN, int(vad.get("silenceDurationMs", 500)))
        self.handle = setup.get("sessionResumption", {}).get("handle", "")
        if self.handle:
            self.lines = list(self.vendor.memory[self.handle])
        await self._say(setupComplete={}, at="start")
        await self._remember()

    async def _remember(self) -> None:
        handle = f"handle-{self.desk.number}-{next(self._numbers)}"
        self.vendor.memory[handle] = list(self.lines)
        await self._say(sessionResumptionUpdate={"newHandle": handle, "resumable": True})

    async def _audio(self, given: dict[str, Any]) -> None:
        audio = given.get("audio", {})
        if audio.get("mimeType") != f"audio/pcm;rate={RATE_IN}":
            self._wrong(f"sound of type {audio.get('mimeType')}")
        try:
            pcm = base64.b64decode(audio["data"], validate=True)
        except (KeyError, ValueError):
            self._wrong("sound without base64 data")
            return
        if len(pcm) % 2 or not pcm:
            self._wrong(f"{len(pcm)} bytes are no samples")
            return
        spoke = self._ear.listening
        for found in self._ear.feed(pcm):
            if found.end is not None:
                await self._stopped(found.text)
        if self._ear.listening and not spoke and self._busy:
            await self._interrupt()

    @property
    def _busy(self) -> bool:
        return self._answer is not None and not self._answer.done()

    async def _interrupt(self) -> None:
        if self._answer:
            self._answer.cancel()
        self.interrupted += 1
        if self._calls:
            await self._say(toolCallCancellation={"ids": list(self._calls)})
            self._calls.clear()
        await self._say(serverContent={"interrupted": True})
        await self._say(serverContent={"turnComplete": True}, usageMetadata=_usage(3))

    async def _stopped(self, text: str) -> None:
        half = len(text) // 2
        for part in (text[:half], text[half:]):
            await self._say(serverContent={"inputTranscription": {"text": part}})
        self.heard.append(text)
        self.lines.append(Line("user", text))
        self._speak("")

    async def _content(self, given: dict[str, Any]) -> None:
        said = ""
        for turn in given.get("turns", ()):
            text = "".join(part.get("text", "") for part in turn.get("parts", ()))
            if turn.get("role") not in ("user", "model") or not text:
                self._wrong(f"malformed turn {turn}")
            if text.startswith("["):
                said = text.strip("[]")
                self.lines.append(Line("system", said))
            else:
                self.lines.append(Line("assistant" if turn["role"] == "model" else "user", text))
        if given.get("turnComplete"):
            self._speak(said)

    async def _result(self, given: dict[str, Any]) -> None:
        for answer in given.get("functionResponses", ()):
            name = self._calls.pop(answer.get("id"), "")
            if not name or name != answer.get("name") or not isinstance(answer.get("response"), dict):
                self._wrong(f"a response to {answer.get('id')!r}, which nobody asked for")
            self.lines.append(Line("tool", str(answer["response"].get("result"))))
        if not self._calls:
            self._speak("")

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────

    def _speak(self, instructions: str) -> None:
        if self._busy and self._answer:
            self._answer.cancel()

        async def quietly() -> None:
            with suppress(HungUp):
                await self._respond(instructions)

        self._answer = asyncio.create_task(quietly())
        self._tasks.add(self._answer)
        self._answer.add_done_callback(self._tasks.discard)

    async def _respond(self, instructions: str) -> None:
        if self.vendor.mute:
            await asyncio.Event().wait()
        await asyncio.sleep(self.vendor.first_s)
        said = self.vendor.brain(self.lines, instructions)
        if isinstance(said, Call):
            call_id = f"fc-{self.desk.number}-{next(self._numbers)}"
            self._calls[call_id] = said.name
            call = {"id": call_id, "name": said.name, "args": said.arguments}
            await self._say(toolCall={"functionCalls": [call]})
            return
        chunks = list(pieces(tone(said, RATE_OUT, 1.0).pcm, RATE_OUT, CHUNK_S))
        step = -(-len(said) // max(1, len(chunks)))
        for number, chunk in enumerate(chunks):
            data = {"mimeType": f"audio/pcm;rate={RATE_OUT}", "data": base64.b64encode(chunk).decode()}
            turn = {"serverContent": {"modelTurn": {"parts": [{"inlineData": data}]}}}
            await self.desk.result(json.dumps(turn).encode())
            if words := said[number * step : (number + 1) * step]:
                await self._say(serverContent={"outputTranscription": {"text": words}})
            await asyncio.sleep(self.vendor.pace * CHUNK_S)
        self.lines.append(Line("assistant", said))
        await self._say(serverContent={"generationComplete": True})
        await self._say(serverContent={"turnComplete": True}, usageMetadata=_usage(len(said)), at="finish")
        await self._remember()

    async def _say(self, at: Any = None, **fields: Any) -> None:
        await self.desk.say(json.dumps(fields, ensure_ascii=False).encode(), at)

    def _wrong(self, what: str) -> None:
        self.desk.complain(what)


def _usage(tokens: int) -> dict[str, Any]:
    return {
        "promptTokenCount": 130, "responseTokenCount": tokens * 3, "totalTokenCount": 130 + tokens * 3,
        "promptTokensDetails": [
            {"modality": "TEXT", "tokenCount": 30}, {"modality": "AUDIO", "tokenCount": 100},
        ],
        "responseTokensDetails": [{"modality": "AUDIO", "tokenCount": tokens * 3}],
    }  # fmt: skip
