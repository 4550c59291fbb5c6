"""Realtime transcription over the socket, GA and beta."""

import base64
from typing import TYPE_CHECKING, Any

from tests.emulators.ear import Ear, Heard
from tests.emulators.vendor import Desk
from voice_engine.audio.g711 import decode_ulaw

if TYPE_CHECKING:
    from tests.emulators.openai_speech.server import Manner

Json = dict[str, Any]
NO_EAR = ("gpt-realtime-whisper", "gpt-live-transcribe")
_HEARD = "conversation.item.input_audio_transcription"
_LEAST_S = 0.1
_MOST_S = 15.0  # of sound in one append
_NEVER = 10**9


async def listen(desk: Desk, manner: "Manner", sessions: list[Json]) -> None:
    """From the session's creation until the client hangs up."""
    kind = "transcription_session" if manner.beta else "session"
    await desk.say({"type": f"{kind}.created", "event_id": "event-0", "session": {"id": "sess-1"}})
    asked = await desk.receive_json()
    if asked.get("type") != f"{kind}.update":
        desk.complain(f"{asked.get('type')!r} instead of {kind}.update")
    session = _beta(asked["session"]) if manner.beta else _ga(desk, asked["session"])
    sessions.append(session)
    if complaint := _complaint(session):
        await desk.fail("invalid_value", complaint)
    await desk.say({"type": f"{kind}.updated", "event_id": "event-1", "session": asked["session"]}, "start")
    await _Hearing(desk, manner, session).run()


def _ga(desk: Desk, session: Json) -> Json:
    sound = session["audio"]["input"]
    if session.get("type") != "transcription" or set(session) - {"type", "audio", "include"}:
        desk.complain(f"session {session}")
    given = sound["format"]
    law = given == {"type": "audio/pcmu"}
    if not law and given != {"type": "audio/pcm", "rate": 24000}:
        desk.complain(f"format {given}")
    return {"law": law, "detection": sound.get("turn_detection"), **sound["transcription"]}


def _beta(session: Json) -> Json:
    law = session["input_audio_format"] == "g711_ulaw"
    return {"law": law, "detection": session.get("turn_detection"), **session["input_audio_transcription"]}


def _complaint(session: Json) -> str:
    model = session.get("model", "")
    if not model:
        return "no model"
    if model.startswith(NO_EAR) and session["detection"]:
        return f"{model} has no turn detection"
    if "delay" in session and not model.startswith("gpt-realtime-whisper"):
        return f"{model} takes no delay"
    if ("languages" in session or "keywords" in session) and "-transcribe" not in model:
        return f"{model} takes neither languages nor keywords"
    return ""


class _Hearing:
    """One session. Its clock is the sound it got."""

    def __init__(self, desk: Desk, manner: "Manner", session: Json) -> None:
        self._desk, self._manner, self._session = desk, manner, session
        self._rate = 8000 if session["law"] else 24000
        detection = session["detection"]
        self._own = bool(detection)
        self._ear = self._fresh((detection or {}).get("silence_duration_ms", 500) if detection else _NEVER)
        self._buffered = 0  # samples since the last commit
        self._items = 0
        self._names: dict[int, str] = {}  # the ear's sentences
        self._last: str | None = None
        self._shown = ""
        self._kept: list[Json] = []

    def _fresh(self, pause_ms: int) -> Ear:
        return self._desk.vendor.ear(self._rate, pause_ms)

    async def run(self) -> None:
        """Until the client goes."""
        while True:
            event = await self._desk.receive_json()
            match event.get("type"):
                case "input_audio_buffer.append":
                    await self._append(base64.b64decode(event["audio"], validate=True))
                case "input_audio_buffer.commit":
                    await self._commit()
                case "input_audio_buffer.clear":
                    self._buffered = 0
                    await self._desk.say({"type": "input_audio_buffer.cleared"}, "finish")
                case unknown:
                    self._desk.complain(f"event {unknown!r}")

    async def _append(self, sound: bytes) -> None:
        pcm = decode_ulaw(sound) if self._session["law"] else sound
        if len(pcm) % 2 or len(pcm) > self._rate * 2 * _MOST_S:
            self._desk.complain(f"an append of {len(sound)} bytes")
        self._buffered += len(pcm) // 2
        for heard in self._ear.feed(pcm):
            await (self._sentence(heard) if self._own else self._partial(heard))

    async def _partial(self, heard: Heard) -> None:
        if self._manner.streams and heard.end is None:
            await self._delta(self._name(self._items), heard.bare)

    async def _delta(self, name: str, text: str) -> None:
        if text.startswith(self._shown) and text != self._shown:
            more, self._shown = text[len(self._shown) :], text
            await self._desk.result(
                {"type": f"{_HEARD}.delta", "item_id": name, "content_index": 0, "delta": more}
            )

    async def _sentence(self, heard: Heard) -> None:
        """By its own ear."""
        if heard.number not in self._names:
            name = self._names[heard.number] = self._name(self._items)
            started = {"type": "input_audio_buffer.speech_started", "item_id": name}
            await self._desk.say({**started, "audio_start_ms": heard.begin})
        name = self._names[heard.number]
        if heard.end is None:
            return await self._delta(name, heard.bare) if self._manner.streams else None
        stopped = {"type": "input_audio_buffer.speech_stopped", "item_id": name}
        await self._desk.say({**stopped, "audio_end_ms": heard.end})
        await self._committed(name)
        await self._completed(name, heard.text, (heard.end - heard.begin) / 1000)
        return None

    async def _commit(self) -> None:
        if self._buffered < self._rate * _LEAST_S:
            message = "buffer too small: expected at least 100ms of audio"
            if self._buffered and not self._own:
                self._desk.complain(f"a commit of {self._buffered} samples")
            await self._desk.say(
                {
                    "type": "error",
                    "error": {"code": "input_audio_buffer_commit_empty", "message": message},
                }
            )
            return
        seconds = self._buffered / self._rate
        heard = self._ear.finish()
        name = self._names.get(heard[0].number) if heard else None
        name = name or self._name(self._items)
        await self._committed(name)
        if heard and self._manner.streams:
            await self._delta(name, heard[0].bare)
        await self._completed(name, heard[0].text if heard else "", seconds)

    async def _committed(self, name: str) -> None:
        previous, self._last = self._last, name
        self._buffered = 0
        self._items += 1
        event = {"type": "input_audio_buffer.committed", "item_id": name, "previous_item_id": previous}
        await self._desk.say(event)
        created = "conversation.item.created" if self._manner.beta else "conversation.item.added"
        await self._desk.say({"type": created, "item": {"id": name, "type": "message"}})

    async def _completed(self, name: str, text: str, seconds: float) -> None:
        self._shown = ""
        event = {"type": f"{_HEARD}.completed", "item_id": name, "content_index": 0, "transcript": text}
        match self._manner.counts:
            case "duration":
                event["usage"] = {"type": "duration", "seconds": seconds}
            case "tokens":
                event["usage"] = {"type": "tokens", "input_tokens": 9, "output_tokens": 3, "total_tokens": 12}
        if self._manner.late_first and self._items == 1:
            self._kept.append(event)
            return
        for one in [event, *self._kept]:
            await self._desk.result(one)
        self._kept = []

    def _name(self, number: int) -> str:
        return f"item-{self._desk.number}-{number}"
