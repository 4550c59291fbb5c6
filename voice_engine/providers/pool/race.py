"""Several recognisers at once: for each utterance the first final with words wins, the others' are dropped.

It costs as many vendors as there are members, and is as fast as the fastest of them and as sure as the last
one that is left.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Flush, Stt, Transcript, Usage
from voice_engine.providers.frames import Frames, Item
from voice_engine.providers.pool.choice import healthy
from voice_engine.providers.pool.contest import refusal
from voice_engine.providers.pool.intake import SoundFailed, intake
from voice_engine.providers.pool.laps import Laps
from voice_engine.providers.pool.member import Desk, Member
from voice_engine.providers.pool.restarts import Restarts
from voice_engine.providers.pool.stt import REST_S
from voice_engine.providers.pool.tape import Tape
from voice_engine.providers.pool.troubles import Troubles
from voice_engine.providers.pool.watch import Watch

LATE_S = 3.0  # after a Flush: who owes a final by then is out of the race

Heard = Transcript | Usage | Exception | None  # None: this one has ended


class RaceStt:
    """A recogniser made of recognisers that all hear at once."""

    def __init__(self, members: list[Member[Stt]], troubles: Troubles | None = None) -> None:
        self.vendor = members[0].provider
        self._desk = Desk("stt", members, troubles or Troubles())
        each = [member.part.capabilities for member in members]
        self.capabilities = Capabilities(
            each[0].sample_rates, each[0].languages, all(c.endpoints_itself for c in each)
        )

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        """The winners' transcripts. What the others bill is told as troubles ("lost") at the end."""
        race = _Race(self._desk)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(race.close)
            race.begin()
            await stack.enter_async_context(intake(frames, race.hear))
            try:
                while not race.over:
                    for item in await race.next():
                        yield item
            except SoundFailed as failed:
                raise failed.error from None


class _Runner:
    """One recogniser in the race: a task reads it into the common inbox."""

    def __init__(
        self,
        member: Member[Stt],
        inbox: "asyncio.Queue[tuple[_Runner, Heard]]",
        number: int,
        kept: Sequence[AudioFrame | Flush],
    ) -> None:
        self.member, self.line, self.number = member, Frames(), number
        self.usage: Usage | None = None
        self._inbox = inbox
        self._fed_s = 0.0
        self._flushed_at: float | None = None
        for item in kept:
            self.hear(item, None)
        self.task = asyncio.create_task(self._read(), name=f"race-{member.provider}")

    def hear(self, item: Item, now: float | None) -> None:
        """The next of the sound; `now` is None for what was said before."""
        self.line.put(item)
        if isinstance(item, AudioFrame):
            self._fed_s += item.seconds
        elif isinstance(item, Flush):
            self._flushed_at = now

    def final(self, now: float) -> None:
        """It has given a final."""
        if self._flushed_at is not None:
            waited_s, self._flushed_at = now - self._flushed_at, None
            self.member.standing.answered(waited_s)
            self.member.standing.figures.waited("final", waited_s)
        self._count_sound()

    def left(self) -> None:
        """It is out of the race."""
        self._count_sound()
        self.member.standing.ended()

    def _count_sound(self) -> None:
        self.member.standing.allowance.heard(self._fed_s)
        self._fed_s = 0.0

    async def _read(self) -> None:
        stream = self.member.part.transcribe(self.line)
        try:
            async for item in stream:
                self._inbox.put_nowait((self, item))
            self._inbox.put_nowait((self, None))
        except Exception as error:  # noqa: BLE001  boundary: the race decides what it means
            self._inbox.put_nowait((self, error))
        finally:
            await stream.aclose()  # type: ignore[attr-defined]


class _Race:
    """One caller."""

    def __init__(self, desk: Desk[Stt]) -> None:
        self._desk = desk
        self._watch = Watch(self._late)
        self._now = self._watch.loop.time
        self._inbox: asyncio.Queue[tuple[_Runner, Heard]] = asyncio.Queue()
        self._runners: list[_Runner] = []
        self._gone: list[_Runner] = []
        self._tape, self._restarts = Tape(), Restarts()
        self._laps = Laps()
        self._ended = False
        self.over = False

    def begin(self) -> None:
        """Everybody who is healthy starts; raises ProviderError when nobody is."""
        now, members = self._now(), self._desk.members
        self._desk.mind_limits()
        fit = healthy(members, now) or [member for member in members if member.hopeful]
        kept = self._tape.replay()
        for member in fit:
            member.standing.began(now)
            self._runners.append(_Runner(member, self._inbox, members.index(member), kept))
        if not self._runners:
            raise refusal(self._desk.members)
        self._laps.start({r.number: r.member.part.capabilities.endpoints_itself for r in self._runners})

    def hear(self, item: Item) -> None:
        """The next of the caller's sound."""
        if isinstance(item, Exception):
            item = SoundFailed(item)
        elif item is None:
            self._ended = True
        else:
            self._tape.add(item)
            if isinstance(item, Flush):
                self._laps.flushed()
                self._watch.expect(LATE_S)
        now = self._now()
        for runner in self._runners:
            runner.hear(item, now)

    def _late(self) -> None:
        behind = self._laps.behind()
        for runner in self._runners:
            if runner.number in behind:
                runner.task.cancel()
                sentence = f"{runner.member.provider} hears speech and says nothing. Try another one."
                self._inbox.put_nowait((runner, ProviderError("timeout", runner.member.provider, sentence)))

    async def next(self) -> list[Transcript | Usage]:
        """What comes next, maybe nothing; raises ProviderError when nobody is left."""
        runner, item = await self._inbox.get()
        if runner not in self._runners:
            return []
        if isinstance(item, Transcript):
            return self._words(runner, item)
        if isinstance(item, Usage):
            runner.usage = runner.member.stamp(item)
            return []
        if isinstance(item, ProviderError) or (item is None and not self._ended):
            return await self._lost(runner, item or _hung_up(runner.member))
        if item is not None:
            raise item
        self._leaves(runner)
        self.over = not self._runners
        return []

    def _words(self, runner: _Runner, heard: Transcript) -> list[Transcript | Usage]:
        if not heard.final:
            return [heard] if self._laps.partial(runner.number) else []
        now = self._now()
        self._desk.succeeded(runner.member, now)
        runner.final(now)
        empty = not heard.text.strip()
        if not self._laps.final(runner.number, empty=empty):
            return []
        self._tape.final(empty=empty)
        return [heard]

    async def _lost(self, runner: _Runner, error: ProviderError) -> list[Transcript | Usage]:
        """One has failed: the others go on; when it was the last one, all begin again."""
        now = self._now()
        self._leaves(runner)
        self._desk.failed(runner.member, error, now)
        runner.member.resting_until = now + REST_S
        if self._runners:
            self._desk.tell("failed-over", runner.member, self._runners[0].member)
            settled = self._laps.left(runner.number)
            return [Transcript("", True)] if settled else []
        pause = self._restarts.pause(now)
        if pause is None or not error.retryable:
            raise error
        await asyncio.sleep(pause)
        self.begin()
        return []

    def _leaves(self, runner: _Runner) -> None:
        self._runners.remove(runner)
        self._gone.append(runner)
        runner.left()

    async def close(self) -> None:
        """Hang up on everybody, and tell what they cost."""
        self._watch.close()
        for runner in list(self._runners):
            runner.task.cancel()
            self._leaves(runner)
        if self._gone:
            await asyncio.wait([runner.task for runner in self._gone])
        for runner in self._gone:
            if runner.usage:
                self._desk.tell("lost", runner.member, usage=runner.usage)


def _hung_up(member: Member[Stt]) -> ProviderError:
    return ProviderError("network", member.provider, f"{member.provider} hung up. Try again.")
