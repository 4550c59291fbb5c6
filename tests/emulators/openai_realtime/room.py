"""One socket of a realtime conversation: hears by energy, answers by its brain, checks every client event."""

import asyncio
import base64
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.emulators.ear import Heard
from tests.emulators.openai_realtime.brain import Call, Line
from tests.emulators.openai_realtime.shapes import Settings, item_complaints, read_session
from tests.emulators.speaking import pieces, tone
from tests.emulators.vendor import Desk, HungUp

if TYPE_CHECKING:
    from tests.emulators.openai_realtime.server import OpenAiRealtimeEmulator

RATE = 24000
CHUNK_S = 0.2
LONGEST_S = 2.0  # of sound in one append
_BETA_NAMES = {"output_audio": "audio", "conversation.item.added": "conversation.item.created"}


@dataclass(slots=True)
class Response:
    """One answer. `ms` is how much sound of it was sent."""

    id: str
    item: str
    ms: int = 0
    over: bool = False
    task: "asyncio.Task[None] | None" = None


@dataclass(slots=True)
class Room:
    """`heard` are the caller's utterances, `lines` the conversation, `truncated` what the client cut to."""

    desk: Desk
    vendor: "OpenAiRealtimeEmulator"
    settings: Settings = field(default_factory=Settings)
    lines: list[Line] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    truncated: list[tuple[str, int]] = field(default_factory=list)
    cancelled: int = 0
    frames: int = 0
    seconds: float = 0.0
    instructions: list[str] = field(default_factory=list)
    _calls: dict[str, str] = field(default_factory=dict)
    _items: dict[str, int] = field(default_factory=dict)
    _response: Response | None = None
    _configured: bool = False
    _numbers: Iterator[int] = field(default_factory=count)
    _speaking: bool = False
    _ear: Any = None
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def run(self) -> None:
        """Until somebody hangs up."""
        await self._say(
            "session.created", session={"id": f"sess_{self.desk.number}", "object": "realtime.session"}
        )
        began = time.monotonic()
        try:
            while True:
                left = self.vendor.session_s - (time.monotonic() - began)
                try:
                    await self._hear(await self.desk.receive_json(max(0.0, left)))
                except TimeoutError:
                    await self.desk.fail("session_expired", "Your session hit the maximum duration.")
        finally:
            for task in self._tasks:
                task.cancel()

    async def _hear(self, event: dict[str, Any]) -> None:
        kind = event.get("type", "")
        if kind != "session.update" and not self._configured:
            self._wrong(f"{kind} before session.update")
        if self.vendor.shape == "beta" and not event.get("event_id"):
            self._wrong(f"{kind} without an event_id")
        match kind:
            case "session.update":
                await self._configure(event)
            case "input_audio_buffer.append":
                await self._audio(event)
            case "conversation.item.create":
                await self._item(event.get("item"))
            case "conversation.item.truncate":
                await self._truncate(event)
            case "response.create":
                await self._create(event)
            case "response.cancel":
                await self._cancel(event)
            case _:
                self._wrong(f"unknown event {kind!r}")
                await self._error("invalid_request_error", f"unknown type {kind}", event)

    # ── the client's events ──────────────────────────────────────────────────────────────────────────

    async def _configure(self, event: dict[str, Any]) -> None:
        wrong: list[str] = []
        self.settings = read_session(event.get("session") or {}, self.vendor.shape, self.settings, wrong)
        for complaint in wrong:
            self._wrong(complaint)
        if self._ear is None:
            self._ear = self.vendor.ear(self.settings.rate, self.settings.silence_ms)
        self._configured = True
        await self._say("session.updated", at="start", session=event.get("session"))

    async def _audio(self, event: dict[str, Any]) -> None:
        try:
            pcm = base64.b64decode(event["audio"], validate=True)
        except (KeyError, ValueError):
            self._wrong("append without base64 audio")
            return
        if len(pcm) % 2 or not pcm:
            self._wrong(f"{len(pcm)} bytes are no samples")
            return
        seconds = len(pcm) / 2 / self.settings.rate
        if seconds > LONGEST_S:
            self._wrong(f"{seconds:.1f} s in one append")
        self.frames += 1
        self.seconds += seconds
        for found in self._ear.feed(pcm):
            if found.end is not None:
                await self._stopped(found)
        if self._ear.listening and not self._speaking:
            await self._started()

    async def _started(self) -> None:
        self._speaking = True
        await self._say(
            "input_audio_buffer.speech_started", audio_start_ms=self._ear.position, item_id=self._turn
        )
        if self.settings.interrupts and self._response and not self._response.over:
            await self._stop_response("turn_detected")

    @property
    def _turn(self) -> str:
        return f"item_{self.desk.number}_u{len(self.heard)}"

    async def _stopped(self, found: Heard) -> None:
        self._speaking = False
        turn = self._turn
        self.heard.append(found.text)
        self.lines.append(Line("user", found.text))
        await self._say("input_audio_buffer.speech_stopped", audio_end_ms=found.end, item_id=turn)
        await self._say("input_audio_buffer.committed", item_id=turn, previous_item_id=None)
        await self._say("conversation.item.added", item={"id": turn, "type": "message", "role": "user"})
        busy = self._response is not None and not self._response.over
        if self.settings.transcribes:
            self._spawn(self._transcribe(turn, found.text))
        if self.settings.creates and not busy:
            self._respond("")

    async def _transcribe(self, turn: str, text: str) -> None:
        name = "conversation.item.input_audio_transcription"
        await asyncio.sleep(self.vendor.transcript_s)
        half = len(text) // 2
        if self.vendor.shape == "ga":
            for part in (text[:half], text[half:]):
                await self._say(f"{name}.delta", item_id=turn, content_index=0, delta=part)
            usage = {"type": "duration", "seconds": max(1, len(text) // 5)}
            await self._say(f"{name}.completed", item_id=turn, transcript=text, usage=usage)
        else:
            await self._say(f"{name}.delta", item_id=turn, text=text[:half], stash=text[half:])
            await self._say(f"{name}.completed", item_id=turn, transcript=text)

    async def _item(self, item: Any) -> None:
        for complaint in item_complaints(item, self._calls, self.vendor.shape):
            self._wrong(complaint)
            return
        if item["type"] == "function_call_output":
            self.lines.append(Line("tool", item["output"]))
        elif item["type"] == "function_call":
            self._calls[item["call_id"]] = item["name"]
        else:
            self.lines.append(Line(item["role"], "".join(part["text"] for part in item["content"])))
        await self._say("conversation.item.added", item={"id": f"item_{next(self._numbers)}", **item})

    async def _truncate(self, event: dict[str, Any]) -> None:
        item, ms = event.get("item_id"), event.get("audio_end_ms")
        if not self.vendor.truncates:
            self._wrong("conversation.item.truncate is not known here")
        if item not in self._items or event.get("content_index") != 0 or not isinstance(ms, int):
            self._wrong(f"truncate of {item} at {ms}")
        elif ms > self._items[item]:
            self._wrong(f"truncate at {ms} ms of {self._items[item]}")
        else:
            self.truncated.append((item, ms))
            await self._say("conversation.item.truncated", item_id=item, content_index=0, audio_end_ms=ms)

    async def _create(self, event: dict[str, Any]) -> None:
        if self._response and not self._response.over:
            await self._error("conversation_already_has_active_response", "There is one already.", event)
            return
        instructions = (event.get("response") or {}).get("instructions", "")
        if instructions:
            self.instructions.append(instructions)
        self._respond(instructions)

    async def _cancel(self, event: dict[str, Any]) -> None:
        if self._response is None or self._response.over:
            await self._error("response_cancel_not_active", "Cancellation failed: no active response.", event)
            return
        self.cancelled += 1
        await self._stop_response("client_cancelled")

    # ── responses ────────────────────────────────────────────────────────────────────────────────────

    def _respond(self, instructions: str) -> None:
        number = f"{self.desk.number}_{next(self._numbers)}"
        response = Response(f"resp_{number}", f"item_{number}")
        self._response = response
        response.task = self._spawn(self._speak(response, instructions))

    async def _speak(self, response: Response, instructions: str) -> None:
        if self.vendor.mute:
            await asyncio.Event().wait()
        await asyncio.sleep(self.vendor.first_s)
        named = {"id": response.id, "object": "realtime.response", "status": "in_progress"}
        await self._say("response.created", response=named)
        said = self.vendor.brain(self.lines, instructions)
        if isinstance(said, Call):
            await self._ask(response, said)
        else:
            await self._sound(response, said)

    async def _sound(self, response: Response, text: str) -> None:
        ids = {"response_id": response.id, "item_id": response.item, "output_index": 0, "content_index": 0}
        item = {"id": response.item, "type": "message", "role": "assistant"}
        await self._say("response.output_item.added", response_id=response.id, item=item)
        chunks = list(pieces(tone(text, RATE, 1.0).pcm, RATE, CHUNK_S))
        step = -(-len(text) // max(1, len(chunks)))
        self._items[response.item] = 0
        for number, chunk in enumerate(chunks):
            if words := text[number * step : (number + 1) * step]:
                await self._say("response.output_audio_transcript.delta", delta=words, **ids)
            self._items[response.item] += len(chunk) * 1000 // (2 * RATE)
            delta = base64.b64encode(chunk).decode()
            await self.desk.result(self._event("response.output_audio.delta", {"delta": delta, **ids}))
            await asyncio.sleep(self.vendor.pace * CHUNK_S)
        self.lines.append(Line("assistant", text))
        await self._say("response.output_audio.done", **ids)
        await self._say("response.output_audio_transcript.done", transcript=text, **ids)
        await self._done(response, "completed", [{**item, "status": "completed"}], len(text))

    async def _ask(self, response: Response, call: Call) -> None:
        import json

        call_id = f"call_{response.id}"
        self._calls[call_id] = call.name
        arguments = json.dumps(call.arguments, ensure_ascii=False)
        item = {"id": response.item, "type": "function_call", "call_id": call_id, "name": call.name}
        await self._say("response.output_item.added", response_id=response.id, item={**item, "arguments": ""})
        ids = {"response_id": response.id, "item_id": response.item, "call_id": call_id}
        await self._say("response.function_call_arguments.delta", delta=arguments, **ids)
        await self._say("response.function_call_arguments.done", arguments=arguments, name=call.name, **ids)
        whole = {**item, "arguments": arguments, "status": "completed"}
        await self._say("response.output_item.done", response_id=response.id, item=whole)
        await self._done(response, "completed", [whole], 10)

    async def _stop_response(self, reason: str) -> None:
        response = self._response
        if response is None or response.over:
            return
        if response.task:
            response.task.cancel()
        await self._done(response, "cancelled", [], 5, reason)

    async def _done(
        self, response: Response, status: str, output: list[dict[str, Any]], tokens: int, reason: str = ""
    ) -> None:
        response.over = True
        audio = 0 if output and output[0]["type"] == "function_call" else tokens * 2
        spellings = ("token", "token") if self.vendor.shape == "ga" else ("tokens", "tokens")
        usage = {
            "input_tokens": 130, "output_tokens": tokens + audio, "total_tokens": 130 + tokens + audio,
            f"input_{spellings[0]}_details": {
                "text_tokens": 30, "audio_tokens": 100, "cached_tokens": 40,
                "cached_tokens_details": {"text_tokens": 10, "audio_tokens": 30},
            },
            f"output_{spellings[1]}_details": {"text_tokens": tokens, "audio_tokens": audio},
        }  # fmt: skip
        details = {"type": status, "reason": reason} if reason else None
        whole = {
            "id": response.id,
            "status": status,
            "status_details": details,
            "output": output,
            "usage": usage,
        }
        await self._say("response.done", at="finish", response=whole)

    # ── saying ───────────────────────────────────────────────────────────────────────────────────────

    async def _say(self, kind: str, at: Any = None, **fields: Any) -> None:
        await self.desk.say(self._event(kind, fields), at)

    def _event(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        if self.vendor.shape == "beta":
            for new, old in _BETA_NAMES.items():
                kind = kind.replace(new, old)
        return {"event_id": f"event_{next(self._numbers)}", "type": kind, **fields}

    async def _error(self, code: str, message: str, event: dict[str, Any]) -> None:
        error = {"type": "invalid_request_error", "code": code, "message": message}
        await self._say("error", error={**error, "param": None, "event_id": event.get("event_id")})

    def _wrong(self, what: str) -> None:
        self.desk.complain(what)

    def _spawn(self, work: Any) -> "asyncio.Task[None]":
        async def quietly() -> None:
            with suppress(HungUp):
                await work

        task = asyncio.create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
