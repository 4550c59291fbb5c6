"""Recognisers that hear numbers and fail as they are told, in virtual time.

Sound is a constant: BASE + STEP·n is the word n. A word lasts WORD_S, silence is zero.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tests.voice_engine.providers.pool.vendors import RATE, SLOT_S, broken
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.base import Capabilities, Flush, Transcript, Usage
from voice_engine.providers.frames import Frames

BASE, STEP, WORD_S = 2000, 20, 0.2
PAUSE_S = 0.24  # of silence before the voice activity detector says Flush
Fault = Literal["fail", "cut", "mute", "frozen", "never", "empty"]


def word(number: int) -> str:
    """Chinese numerals are words without blanks: one character each, from a range of its own."""
    return chr(0x4E00 + number)


def frame(number: int | None) -> AudioFrame:
    """20 ms of a word, or of silence."""
    value = 0 if number is None else BASE + STEP * number
    return AudioFrame(value.to_bytes(2, "little") * int(SLOT_S * RATE), RATE)


def said(utterances: Sequence[Sequence[int]], *, silence: bool) -> Iterator[AudioFrame | Flush | None]:
    """A caller's 20 ms slots (None = nothing to give) with a Flush after each utterance."""
    pause = [frame(None) if silence else None] * round(PAUSE_S / SLOT_S)
    for numbers in utterances:
        for number in numbers:
            yield from [frame(number)] * round(WORD_S / SLOT_S)
        yield from pause
        yield Flush()
        yield from pause * 3


async def speak(frames: Frames, utterances: Sequence[Sequence[int]], *, silence: bool) -> None:
    """In real time."""
    for item in said(utterances, silence=silence):
        if item is not None:
            frames.put(item)
        if not isinstance(item, Flush):
            await asyncio.sleep(SLOT_S)
    await asyncio.sleep(6.0)
    frames.end()


@dataclass
class Ear:
    """Hears well until `fault` strikes after `after_s` of sound, the first `times` times it is opened."""

    vendor: str = "a"
    fault: Fault | None = None
    after_s: float = 0.0
    times: int = 1
    kind: ProviderErrorKind = "network"
    endpoints_itself: bool = False
    final_s: float = 0.2
    opened: int = 0
    open: int = 0
    closed_at: list[float] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities((RATE,), endpoints_itself=self.endpoints_itself)

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        self.opened += 1
        self.open += 1
        try:
            async for item in self._hear(frames, self.fault if self.opened <= self.times else None):
                yield item
        finally:
            self.open -= 1
            self.closed_at.append(asyncio.get_running_loop().time())

    async def _hear(
        self, frames: AsyncIterator[AudioFrame | Flush], fault: Fault | None
    ) -> AsyncIterator[Transcript | Usage]:
        text, total_s, count, struck = "", 0.0, 0, False
        if fault == "never":
            await asyncio.Event().wait()
        async for item in frames:
            if fault and total_s >= self.after_s and not struck:
                struck = True
                if fault == "fail":
                    raise broken(self.kind)
                if fault == "cut":
                    return
                if fault == "frozen":
                    await asyncio.Event().wait()
            if isinstance(item, Flush):
                if struck and fault == "mute":
                    continue
                await asyncio.sleep(self.final_s)
                if text or not self.endpoints_itself or fault == "empty":
                    yield Transcript("" if struck else text, final=True)
                text = ""
                continue
            total_s += item.seconds
            value = int.from_bytes(item.pcm[:2], "little")
            count = count + 1 if value else 0
            if value and count % round(WORD_S / SLOT_S) == 0 and not struck:
                text += word((value - BASE) // STEP)
                yield Transcript(text, final=False)
        if text and not struck:
            yield Transcript(text, final=True)
        yield Usage({"seconds": total_s})
