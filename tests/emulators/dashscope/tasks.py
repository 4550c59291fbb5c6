"""The two kinds of task: recognition and synthesis."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from xml.etree import ElementTree

from tests.emulators.dashscope.grammar import LARGEST_AUDIO, LONGEST_TEXT, Command, wrong_pairing
from tests.emulators.dashscope.hearing import Recogniser
from tests.emulators.dashscope.mouth import Mouth
from tests.emulators.ear import Script
from tests.emulators.speaking import CHUNK_S, Sentences, Spoken, billed, espeak, tone

IDLE_MESSAGE = "request timeout after 23 seconds."


@dataclass(slots=True)
class Manner:
    """How the vendor behaves when nothing is wrong. Times in seconds.

    `pace` is how long a second of sound takes to synthesise. `clock` says whether word times count from the
    task or from their sentence, `events` whether results are announced as by today's models or by old ones.
    `usage` is what a response of a session is said to cost, in place of its characters.
    """

    script: Script = field(default_factory=Script)
    voice: Literal["tone", "espeak"] = "tone"
    first_audio_s: float = 0.0
    pace: float = 0.0
    clock: Literal["task", "sentence"] = "task"
    events: Literal["typed", "bare"] = "typed"
    idle_s: float = 23.0
    quiet_s: float = 60.0
    reuse_s: float = 60.0
    usage: Mapping[str, int] | None = None


@dataclass(slots=True)
class TaskRecord:
    """What one task was, for tests to look at. `connection` counts sockets from 0."""

    mouth: Mouth
    key: str
    connection: int
    task_id: str
    task: str
    model: str
    parameters: Mapping[str, Any]
    headers: Mapping[str, str]
    audio_bytes: int = 0
    audio_frames: int = 0
    smallest_frame: int = LARGEST_AUDIO
    texts: list[str] = field(default_factory=list)
    flushes: int = 0
    cancelled: bool = False
    input_ended: bool = False

    @property
    def outcome(self) -> str:
        """ "" while it runs; finished, failed: <code>, dropped, stalled, deaf, cut off or left early."""
        return self.mouth.outcome


class Task(Protocol):
    """A task in progress. Its methods return complaints."""

    record: TaskRecord
    idle_since: float

    async def sound(self, pcm: bytes) -> Sequence[str]: ...
    async def go_on(self, command: Command) -> Sequence[str]: ...
    async def finish(self, command: Command) -> Sequence[str]: ...
    async def close(self) -> None: ...


class Recognition:
    """task=asr. Results leave through a queue of their own, so that late ones do not hold up the sound."""

    def __init__(self, record: TaskRecord, manner: Manner, said: Iterator[str]) -> None:
        self.record, self._mouth, self._manner = record, record.mouth, manner
        self._recogniser = Recogniser(
            manner.script.tones, said, {"model": record.model, "parameters": record.parameters}
        )
        self._results: asyncio.Queue[tuple[float, dict[str, Any] | None]] = asyncio.Queue()
        self._last_result = self._committed = 0
        self._speaker = asyncio.create_task(self._speak())
        self.idle_since = time.monotonic()

    async def sound(self, pcm: bytes) -> Sequence[str]:
        """A binary frame arrived."""
        self.idle_since = time.monotonic()
        if wrong := _bad_audio(pcm):
            return [wrong]
        self.record.audio_bytes += len(pcm)
        self.record.audio_frames += 1
        self.record.smallest_frame = min(self.record.smallest_frame, len(pcm))
        for result in self._recogniser.feed(pcm):
            self._last_result = self._recogniser.position
            self._owe(result)
        if self._recogniser.position - self._last_result > self._manner.quiet_s * 1000:
            await self._mouth.failed("CLIENT_ERROR", "Response timeout")
        return []

    def commit(self) -> bool:
        """The utterance is over, by the client's word; whether there was any sound."""
        if self.record.audio_bytes == self._committed:
            return False
        self._committed = self.record.audio_bytes
        for result in self._recogniser.commit():
            self._owe(result)
        return True

    async def go_on(self, command: Command) -> Sequence[str]:
        """A context update, which changes nothing here."""
        self.idle_since = time.monotonic()
        return []

    async def finish(self, command: Command) -> Sequence[str]:
        """The client's input ends."""
        if not self.record.audio_bytes:
            await self._mouth.failed("NO_VALID_AUDIO_ERROR", "No valid audio was received.")
        for result in (*self._recogniser.finish(), None):
            self._owe(result)
        return []

    async def close(self) -> None:
        """The socket is gone."""
        self._speaker.cancel()
        await asyncio.wait([self._speaker])

    def _owe(self, result: dict[str, Any] | None) -> None:
        self._results.put_nowait((time.monotonic() + self._mouth.lag_s, result))

    async def _speak(self) -> None:
        while True:
            due, result = await self._results.get()
            if due > time.monotonic():
                await asyncio.sleep(due - time.monotonic())
            if result is None:
                break
            await self._mouth.result(result)
        await self._mouth.finished(None)


class Synthesis:
    """task=tts."""

    def __init__(self, record: TaskRecord, manner: Manner) -> None:
        self.record, self._mouth, self._manner = record, record.mouth, manner
        self._rate = int(record.parameters["sample_rate"]) or 22050
        self._speed = float(record.parameters.get("rate", 1.0))
        self._timed = bool(record.parameters.get("word_timestamp_enabled"))
        self._sentences = Sentences()
        self._waiting: asyncio.Queue[str | None] = asyncio.Queue()
        self._index = self._characters = 0
        self._sounded_ms = 0.0
        self._speaker = asyncio.create_task(self._speak())
        self.idle_since = time.monotonic()

    async def sound(self, pcm: bytes) -> Sequence[str]:
        """Clients send no sound to a voice."""
        return ["a binary frame in a synthesis task"]

    async def go_on(self, command: Command) -> Sequence[str]:
        """More text, or a flush."""
        self.idle_since = time.monotonic()
        if command.input.get("flush") is True:
            self.record.flushes += 1
            self._take(self._sentences.rest())
            return []
        text = command.input.get("text")
        if not isinstance(text, str) or not text:
            return [f"continue-task with {dict(command.input)}"]
        if len(text) > LONGEST_TEXT:
            return [f"continue-task with {len(text)} characters"]
        if self.record.parameters.get("enable_ssml") and (self.record.texts or not _is_ssml(text)):
            return ["with enable_ssml only one message is allowed, and only a whole document"]
        if self.record.model.startswith("cosyvoice") and wrong_pairing(
            self.record.model, self.record.parameters["voice"]
        ):
            await self._mouth.failed("InvalidParameter", "[cosyvoice:]Engine return error code: 418")
        self.record.texts.append(text)
        self._take(self._sentences.feed(text))
        return []

    async def finish(self, command: Command) -> Sequence[str]:
        """The client's text ends, or it wants no more."""
        directive = command.input.get("directive")
        if directive not in (None, "cancel"):
            return [f"finish-task with the directive {directive!r}"]
        if directive == "cancel":
            self.record.cancelled = True
            await self.close()
            await self._mouth.finished({"characters": self._characters})
            return []
        self._take(self._sentences.rest())
        self._waiting.put_nowait(None)
        return []

    async def close(self) -> None:
        """No more sound."""
        self._speaker.cancel()
        await asyncio.wait([self._speaker])

    def _take(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self._waiting.put_nowait(sentence)

    async def _speak(self) -> None:
        while (text := await self._waiting.get()) is not None:
            await asyncio.sleep(self._mouth.lag_s + (0 if self._index else self._manner.first_audio_s))
            say = espeak(text, self._rate, self._speed) if self._manner.voice == "espeak" else None
            await self._say(await say if say else tone(text, self._rate, self._speed))
        await self._mouth.finished({"characters": self._characters})

    async def _say(self, spoken: Spoken) -> None:
        await self._result("sentence-begin", [])
        size = int(self._rate * CHUNK_S) * 2
        for at in range(0, len(spoken.pcm), size):
            chunk = spoken.pcm[at : at + size]
            start, end = (ms / self._rate * 500 for ms in (at, at + len(chunk)))
            await asyncio.sleep(len(chunk) / 2 / self._rate * self._manner.pace)
            begun = [word for word in spoken.words if start <= word["begin_time"] < end]
            await self._result("sentence-synthesis", begun)
            await self._mouth.sound(chunk)
            self.idle_since = time.monotonic()
        self._characters += billed(spoken.text)
        await self._result("sentence-end", spoken.words)
        self._sounded_ms += len(spoken.pcm) / 2 / self._rate * 1000
        self._index += 1

    async def _result(self, kind: str, words: list[dict[str, Any]]) -> None:
        ahead = round(self._sounded_ms) if self._manner.clock == "task" else 0
        times = [{**w, **{t: w[t] + ahead for t in ("begin_time", "end_time")}} for w in words if self._timed]
        usage = {"characters": self._characters} if kind == "sentence-end" else None
        if self._manner.events == "bare":
            await self._mouth.result({"output": {"sentence": {"words": []}}, "usage": usage})
            return
        sentence = {"index": self._index, "words": times}
        await self._mouth.result({"output": {"type": kind, "sentence": sentence}, "usage": usage})


def _is_ssml(text: str) -> bool:
    """The SDK asks for SSML with plain text too."""
    try:
        return not text.startswith("<") or ElementTree.fromstring(text).tag == "speak"
    except ElementTree.ParseError:
        return False


def _bad_audio(pcm: bytes) -> str:
    if not pcm:
        return "an empty binary frame"
    if len(pcm) > LARGEST_AUDIO:
        return f"a binary frame of {len(pcm)} bytes"
    return "a binary frame with half a sample" if len(pcm) % 2 else ""
