"""Several recognisers at once: for each utterance the first final with words wins, the others' are dropped.

It costs as many vendors as there are members, and is as fast as the fastest of them and as sure as the last
one that is left.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Flush, Stt, Transcript, Usage
from voice_engine.providers.frames import Frames, Item
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
        self, member: Member[Stt], line: Frames, inbox: "asyncio.Queue[tuple[_Runner, Heard]]", number: int
    ) -> None:
        self.member, self.line, self.number = member, line, number
        self.usage: Usage | None = None
        self._inbox = inbox
        self.task = asyncio.create_task(self._read(), name=f"race-{member.provider}")

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
        now = self._now()
        fit = [m for m in self._desk.members if m.healthy(now)] or [
            m for m in self._desk.members if not m.standing.breaker.refuses_for_good
        ]
        for member in fit:
            line = Frames()
            for item in self._tape.replay():
                line.put(item)
            member.standing.breaker.began(now)
            self._runners.append(_Runner(member, line, self._inbox, self._desk.members.index(member)))
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
        for runner in self._runners:
            runner.line.put(item)

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
        self._runners.remove(runner)
        self.over = not self._runners
        self._gone.append(runner)
        return []

    def _words(self, runner: _Runner, heard: Transcript) -> list[Transcript | Usage]:
        if not heard.final:
            return [heard] if self._laps.partial(runner.number) else []
        self._desk.succeeded(runner.member, self._now())
        empty = not heard.text.strip()
        if not self._laps.final(runner.number, empty=empty):
            return []
        self._tape.final(empty=empty)
        return [heard]

    async def _lost(self, runner: _Runner, error: ProviderError) -> list[Transcript | Usage]:
        """One has failed: the others go on; when it was the last one, all begin again."""
        now = self._now()
        self._runners.remove(runner)
        self._gone.append(runner)
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

    async def close(self) -> None:
        """Hang up on everybody, and tell what they cost."""
        self._watch.close()
        for runner in self._runners:
            runner.task.cancel()
        tasks = [runner.task for runner in (*self._runners, *self._gone)]
        if tasks:
            await asyncio.wait(tasks)
        for runner in (*self._runners, *self._gone):
            if runner.usage:
                self._desk.tell("lost", runner.member, usage=runner.usage)


def _hung_up(member: Member[Stt]) -> ProviderError:
    return ProviderError("network", member.provider, f"{member.provider} hung up. Try again.")
