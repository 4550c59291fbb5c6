"""A recogniser of single utterances in a call: the sound up to each Flush is a recognition of its own.

For vendors whose session is one utterance, or some seconds at most, and for engines that take whole files.
"""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Flush, Stt, Transcript, Usage
from voice_engine.providers.sentences import join
from voice_engine.providers.usages import added_up
from voice_engine.providers.warming import warmed

SHORTEST_S = 1.0  # of sound: a recognition that ends by itself after less is broken, not patient


def segmented(inner: Stt, longest_s: float = math.inf) -> Stt:
    """`inner` for a whole call; its recognitions are made one after the other, each ends with its frames.

    `longest_s` of sound make a recognition at most: more of an utterance goes into another one, and so does
    what follows when `inner` ends early. Sound that comes while a final is awaited waits here, so `inner`
    must put a deadline on every wait.
    """
    return _Segmented(inner, longest_s)


class _Segmented:
    """Every Flush is answered by exactly one final."""

    def __init__(self, inner: Stt, longest_s: float) -> None:
        self._inner, self._longest_s = inner, longest_s
        self.vendor = inner.vendor

    @property
    def capabilities(self) -> Capabilities:
        """Those of the inner one, which now needs a Flush."""
        return replace(self._inner.capabilities, endpoints_itself=False)

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        """One final for each Flush; usage is that of all recognitions so far."""
        queue: asyncio.Queue[_Item] = asyncio.Queue()
        reading = asyncio.create_task(_read(frames, queue), name="segments")
        bill: list[Usage] = []
        try:
            utterance = _Utterance(queue)
            while await utterance.begins() or utterance.flushed:
                async with aclosing(self._utterance(utterance, bill)) as heard:  # type: ignore[type-var]
                    async for item in heard:
                        yield item
                utterance = _Utterance(queue, ended=utterance.ended)
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    async def warm(self) -> None:
        """See Warms."""
        await warmed(self._inner)

    async def _utterance(
        self, utterance: "_Utterance", bill: list[Usage]
    ) -> AsyncIterator[Transcript | Usage]:
        words = _Words()
        while await utterance.begins():
            stretch = _Stretch(utterance, self._longest_s)
            used: list[Usage] = []
            async with aclosing(self._inner.transcribe(stretch)) as heard:  # type: ignore[type-var]
                async for item in heard:
                    if isinstance(item, Usage):
                        used = [item]
                        yield added_up([*bill, item])
                    elif partial := words.hear(item):
                        yield partial
            bill += used
            if not stretch.over and stretch.seconds < SHORTEST_S:
                message = "The recogniser ends before anything is said; try again or use another provider."
                raise ProviderError("server", self.vendor, message)
        if utterance.flushed or words.text:
            yield words.final()


class _End:
    """There are no more frames."""


_Item = AudioFrame | Flush | _End | Exception


async def _read(frames: AsyncIterator[AudioFrame | Flush], queue: "asyncio.Queue[_Item]") -> None:
    try:
        async for frame in frames:
            queue.put_nowait(frame)
        queue.put_nowait(_End())
    except Exception as error:  # noqa: BLE001  boundary: the caller's own failure: passed on as it is
        queue.put_nowait(error)


@dataclass(slots=True)
class _Utterance:
    """The sound up to a Flush, or to the end of all sound."""

    queue: "asyncio.Queue[_Item]"
    ended: bool = False
    flushed: bool = False
    _next: AudioFrame | Exception | None = None

    async def begins(self) -> bool:
        """Wait for its next frame; false when it is over."""
        if self._next is None and not self.ended and not self.flushed:
            match item := await self.queue.get():
                case Flush():
                    self.flushed = True
                case _End():
                    self.ended = True
                case _:
                    self._next = item
        if isinstance(self._next, Exception):
            raise self._next
        return self._next is not None

    def take(self) -> AudioFrame:
        """The frame that `begins` has found."""
        frame, self._next = self._next, None
        assert isinstance(frame, AudioFrame)
        return frame


@dataclass(slots=True)
class _Stretch:
    """The frames of one recognition."""

    utterance: _Utterance
    longest_s: float
    seconds: float = 0.0
    over: bool = False

    def __aiter__(self) -> AsyncIterator[AudioFrame | Flush]:
        return self

    async def __anext__(self) -> AudioFrame | Flush:
        self.over = self.over or self.seconds > self.longest_s - 1e-6 or not await self.utterance.begins()
        if self.over:
            raise StopAsyncIteration
        frame = self.utterance.take()
        self.seconds += frame.seconds
        return frame


@dataclass(slots=True)
class _Words:
    """What was understood of an utterance: one final's text after the other, and the open one."""

    text: str = ""
    confidences: list[float] = field(default_factory=list)
    language: str = ""

    def hear(self, heard: Transcript) -> Transcript | None:
        """The partial this makes, if it makes one."""
        self.language = heard.language or self.language
        text = join(self.text, heard.text)
        if heard.final:
            self.text = text
            if heard.confidence is not None and heard.text:
                self.confidences.append(heard.confidence)
            return None
        return replace(heard, text=text)

    def final(self) -> Transcript:
        """All of it; as sure as its least sure part."""
        sure = min(self.confidences) if self.confidences else None
        return Transcript(self.text, True, sure, self.language)
