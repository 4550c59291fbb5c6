"""Many callers on one timer, their frames spread over the 20 ms as those of strangers are."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

from picows import WSError, ws_connect

from voice_engine.bench.caller import SLOT_S, Caller
from voice_engine.bench.plan import Plan

PHASES = 4
DIAL_S = 10.0


@dataclass(frozen=True, slots=True)
class Dialled:
    """One attempt to call."""

    caller: Caller
    began: float
    refused_at: float | None = None  # at the door

    @property
    def refused_after(self) -> float | None:
        """Seconds until it was turned away, at the door or behind it; None while it stands."""
        at = self.refused_at or self.caller.gone_at
        return None if at is None else at - self.began


@dataclass(slots=True)
class Crowd:
    """Everybody who is on the line, and how late our own timer was at worst."""

    plan: Plan
    question: list[bytes]
    kind: type[Caller] = Caller
    callers: list[Caller] = field(default_factory=list)
    worst_tick: float = 0.0

    async def dial(self, calls: Sequence[tuple[int, str]]) -> list[Dialled]:
        """Call all these numbers at these addresses at the same time; those who come through stay."""
        dialled = await asyncio.gather(*(self._dial(number, url) for number, url in calls))
        self.callers += [one.caller for one in dialled if one.refused_after is None]
        return dialled

    def forget_the_gone(self) -> None:
        """Those whom the server has turned away are no callers."""
        self.callers = [caller for caller in self.callers if caller.gone_at is None]

    async def _dial(self, number: int, url: str) -> Dialled:
        began = monotonic()
        caller = self.kind(number, self.plan, self.question, began)
        try:
            async with asyncio.timeout(DIAL_S):
                await ws_connect(lambda: caller, url)
        except (OSError, TimeoutError, WSError):
            return Dialled(caller, began, monotonic())
        return Dialled(caller, began)

    @asynccontextmanager
    async def talking(self) -> AsyncIterator[None]:
        """Everybody talks while this lasts, those who come later too; then they hang up.

        Nobody's sound ever stops in between: a caller who is silent still sends silence.
        """
        talk = asyncio.create_task(self._talk())
        try:
            yield
        finally:
            talk.cancel()
            await asyncio.gather(talk, return_exceptions=True)
            for caller in self.callers:
                caller.hang_up()
            self.callers.clear()

    async def _talk(self) -> None:
        step, due, phase = SLOT_S / PHASES, monotonic(), 0
        while True:
            for caller in self.callers[phase::PHASES]:
                caller.tick(due)
            phase = (phase + 1) % PHASES
            due += step
            await asyncio.sleep(max(0.0, due - monotonic()))
            self.worst_tick = max(self.worst_tick, monotonic() - due)

    def count(self, counting: bool) -> None:
        """Begin or cease to measure."""
        self.worst_tick = 0.0 if counting else self.worst_tick
        for caller in self.callers:
            caller.ear.counting = counting
