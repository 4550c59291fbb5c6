"""Vendors that do what a script says, in virtual time, and know whether they were hung up on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.base import Capabilities, Delta, Message, Tool, Usage
from voice_engine.providers.pool.figures import Component, Wait
from voice_engine.providers.pool.member import Member
from voice_engine.providers.pool.standing import Key, Standings
from voice_engine.providers.pool.troubles import Trouble, Troubles

RATE = 16000
SLOT_S = 0.02
HANG = "hang"


def broken(kind: ProviderErrorKind = "server", retry_after: float | None = None) -> ProviderError:
    """A failure to put into a script."""
    return ProviderError(kind, "vendor", f"It failed: {kind}.", retry_after=retry_after)


@dataclass
class Scripted:
    """Plays `calls[n]` the n-th time it is asked, the last one from then on.

    A number waits so many seconds, HANG for ever, an exception is raised, anything else is yielded; a text
    is yielded letter by letter, `per_char_s` each.
    """

    calls: Sequence[Sequence[Any]]
    vendor: str = "vendor"
    per_char_s: float = 0.01
    asked: list[Any] = field(default_factory=list)
    open: int = 0

    async def _play(self) -> AsyncIterator[Any]:
        script = self.calls[min(len(self.asked), len(self.calls)) - 1]
        self.open += 1
        try:
            for step in script:
                if step == HANG:
                    await asyncio.Event().wait()
                elif isinstance(step, int | float):
                    await asyncio.sleep(step)
                elif isinstance(step, Exception):
                    raise step
                elif isinstance(step, str):
                    for char in step:
                        yield char
                        await asyncio.sleep(self.per_char_s)
                else:
                    yield step
        finally:
            self.open -= 1


class ScriptedLlm(Scripted):
    """Letters are deltas."""

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        self.asked.append(messages)
        async for item in self._play():
            yield Delta(item) if isinstance(item, str) else item


@dataclass
class ScriptedTts(Scripted):
    """Letters are 20 ms of sound each."""

    rate: int = RATE

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities((self.rate,))

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | Usage]:
        self.asked.append("".join([piece async for piece in text]))
        async for item in self._play():
            sound = (
                ord(item[0]).to_bytes(2, "little") * int(SLOT_S * self.rate) if isinstance(item, str) else b""
            )
            yield AudioFrame(sound, self.rate) if sound else item


def member(
    part: Any, component: Component, standings: Standings | None = None, name: str = ""
) -> Member[Any]:
    """A member with a standing of its own, or the one in `standings`."""
    provider = name or part.vendor
    key = Key("org", component, provider, "m", 0)
    return Member(part, provider, "m", (standings or Standings()).of(key))


@dataclass
class Seen:
    """What is measured of a vendor: (what, seconds)."""

    requests: int = 0
    waits: list[tuple[str, float]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def asked(self) -> None:
        self.requests += 1

    def waited(self, what: Wait, seconds: float) -> None:
        self.waits.append((what, round(seconds, 3)))

    def failed(self, kind: str) -> None:
        self.kinds.append(kind)


def watched(one: Member[Any]) -> Seen:
    """From now on this member is measured here."""
    one.standing.figures = seen = Seen()
    return seen


def nobody_is_busy(members: Sequence[Member[Any]]) -> bool:
    """Whether every request that began has ended."""
    return [one.standing.busy for one in members] == [0] * len(members)


@dataclass
class Diary:
    """Troubles, as they came."""

    pages: list[Trouble] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.troubles = Troubles()
        self.troubles.subscribe(self.pages.append)

    @property
    def story(self) -> list[str]:
        """What happened, in a word each: "hedged a b"."""
        return [" ".join(filter(None, (t.what, t.provider, t.to_provider))) for t in self.pages]
