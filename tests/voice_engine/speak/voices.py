"""Voices for tests: a tone for every character, with the accidents that happen to vendors."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Usage, WordTimes
from voice_engine.speak.pacing import SLOT_S, Playout

RATE = 8000
CHAR_S = 0.2
CHAR = b"\x10\x27" * int(CHAR_S * RATE)


@dataclass
class ToneTts:
    """`CHAR_S` seconds for each character, the first `first_s` after it was asked, one each `per_char_s`.

    `breaks` maps a text to how many characters of it are said before the line drops.
    """

    first_s: float = 0.1
    per_char_s: float = 0.0
    breaks: dict[str, int] = field(default_factory=dict)
    retryable: bool = True
    silent: bool = False
    timed: bool = False
    vendor: str = "tone"
    capabilities: Capabilities = field(default_factory=Capabilities)
    asked: list[str] = field(default_factory=list)
    asked_at: list[float] = field(default_factory=list)

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        whole = "".join([piece async for piece in text])
        self.asked.append(whole)
        self.asked_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.first_s)
        for at, char in enumerate(whole):
            if at == self.breaks.get(whole):
                raise ProviderError("network" if self.retryable else "auth", "tone", "The line dropped.")
            if self.timed:
                yield WordTimes((char,), (at * CHAR_S,), ((at + 1) * CHAR_S,))
            if not self.silent:
                yield AudioFrame(CHAR, RATE)
            await asyncio.sleep(self.per_char_s)
        yield Usage({"characters": float(len(whole))})


@dataclass
class Watched:
    """Keeps what a speaker tells."""

    clauses: list[str] = field(default_factory=list)
    sounded_at: list[float] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)

    def clause_released(self, text: str) -> None:
        self.clauses.append(text)

    def first_sound_synthesised(self) -> None:
        self.sounded_at.append(asyncio.get_running_loop().time())

    def voice_used(self, usage: Usage) -> None:
        self.usages.append(usage)

    @property
    def billed(self) -> float:
        """Characters somebody must pay for."""
        return sum(usage.quantities["characters"] for usage in self.usages)


def played(playout: Playout) -> bytes:
    """Everything that waits, as it would go on the wire."""
    sent = bytearray()
    for step in range(5000):
        for slot in playout.due(step * SLOT_S):
            sent += slot.pcm
    return bytes(sent)
