"""Several recognisers as one ear that loses no word.

The sound of the current utterance is kept. When a recogniser fails, is cut off, or hears speech and says
nothing, the next one (or the same one, started again) hears it from the beginning of the utterance; what was
final stays final.
"""

import asyncio
from collections.abc import AsyncIterator

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Flush, Stt, Transcript, Usage
from voice_engine.providers.frames import Frames, Item
from voice_engine.providers.pool.choice import choose
from voice_engine.providers.pool.contest import refusal
from voice_engine.providers.pool.intake import SoundFailed, intake
from voice_engine.providers.pool.member import Desk, Member
from voice_engine.providers.pool.restarts import Restarts
from voice_engine.providers.pool.seam import Seam
from voice_engine.providers.pool.tape import Tape
from voice_engine.providers.pool.troubles import Troubles
from voice_engine.providers.pool.watch import Watch

DEAF_S = 3.0  # of speech without a word
SPEECH_S = 0.16  # of speech before a Flush that deserve an answer from one who need not give it
REST_S = 30.0
IDLE = "idle_timeout"  # nobody spoke for long: the same one is called again
END_S = 3.0  # from the end of the sound to the end of the words
CATCH_UP = 0.3  # more patience per second of sound that came faster than time


class PoolStt:
    """A recogniser made of recognisers; the first member is the one the assistant names."""

    def __init__(
        self,
        members: list[Member[Stt]],
        troubles: Troubles | None = None,
        *,
        deaf_s: float = DEAF_S,
    ) -> None:
        self.vendor = members[0].provider
        self.desk = Desk("stt", members, troubles or Troubles())
        self.deaf_s = deaf_s
        self.current = members[0]

    @property
    def capabilities(self) -> Capabilities:
        """Those of the recogniser that hears now: they change when another takes over."""
        return self.current.part.capabilities

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of one caller; usage counts since the last failure, what was before is in a trouble.

        From a `Frames` sound is taken without a task of its own.
        """
        hearing = _Hearing(self)
        async with intake(frames, hearing.hear):
            try:
                while not hearing.over:
                    for item in await hearing.next():
                        yield item
            except SoundFailed as failed:
                raise failed.error from None
            finally:
                await hearing.close()


class _Hearing:
    """One caller. `hear` gets the sound, `next` gives what was understood."""

    def __init__(self, pool: PoolStt) -> None:
        self._pool, self._desk = pool, pool.desk
        self._tape, self._restarts = Tape(), Restarts()
        self._watch = Watch(self._late)
        self._now = self._watch.loop.time
        self._line = Frames()
        self._stream: AsyncIterator[Transcript | Usage] | None = None
        self._member = pool.current
        self._useless: list[Member[Stt]] = []
        self._usage: Usage | None = None
        self._opened_at = self._fed_s = self._counted_s = self._flushed_at = 0.0
        self._loud_s = 0.0
        self._spoken_at: float | None = None  # since when there is speech without a word
        self._began = False
        self._shown = self._before = ""
        self._caught_up = True
        self._ended = self._overdue = self._deaf = False
        self._suspected = 0  # without a word since
        self.over = False

    # ── sound ────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, item: Item) -> None:
        """The next of the caller's sound."""
        if item is None:
            self._ended = True
            self._watch.expect(END_S)
        elif isinstance(item, Exception):
            item = SoundFailed(item)
        else:
            self._tape.add(item)
            if self._tape.loud_s > self._loud_s and self._spoken_at is None:
                self._spoken_at = self._now()
            self._loud_s = self._tape.loud_s
        self._line.put(item)
        if isinstance(item, AudioFrame):
            self._fed_s += item.seconds
            if self._tape.loud_s >= self._pool.deaf_s and self._suspicious:
                self._suspect()
        elif isinstance(item, Flush):
            self._flushed()

    def _flushed(self) -> None:
        if not self._owed():
            self._tape.unanswered()
        elif self._tape.flushes == 1:
            self._await_answer()

    def _await_answer(self) -> None:
        if self._tape.flushes:
            self._flushed_at = self._now()
            self._watch.expect(self._patience())

    def _owed(self) -> bool:
        """Whether the recogniser has to answer a Flush."""
        if not self._member.part.capabilities.endpoints_itself or self._tape.flushes > 1:
            return True
        return bool(self._shown) or (self._tape.flushed_s >= SPEECH_S and self._suspicious)

    @property
    def _suspicious(self) -> bool:
        return self._suspected < max(1, len(self._desk.members) - 1)

    def _patience(self) -> float:
        ahead_s = self._fed_s - (self._now() - self._opened_at)
        return self._member.standing.latency.deadline + CATCH_UP * max(0.0, ahead_s)

    def _late(self) -> None:
        self._overdue = True
        self._watch.interrupt()

    def _suspect(self) -> None:
        self._deaf = True
        self._watch.interrupt()

    # ── words ────────────────────────────────────────────────────────────────────────────────────────

    async def next(self) -> list[Transcript | Usage]:
        """What comes next, maybe nothing; raises ProviderError when nobody can hear."""
        try:
            if self._stream is None:
                self._open()
            if self._overdue or self._deaf:
                raise TimeoutError
            assert self._stream is not None
            return self._taken(await self._watch.wait(self._stream.__anext__()))
        except StopAsyncIteration:
            if self._ended:
                self.over = True
                return []
            error = ProviderError(
                "network", self._member.provider, "The recogniser hung up; it is called again."
            )
        except TimeoutError:
            error = ProviderError(
                "timeout", self._member.provider, "The recogniser hears speech and says nothing."
            )
        except ProviderError as failure:
            error = failure
        if self._ended and not self._tape.flushes:
            self._desk.failed(self._member, error, self._now(), self._cost())
            self.over = True
        else:
            await self._go_on(error)
        return []

    async def close(self) -> None:
        """Hang up."""
        self._watch.close()
        self._ended_with(self._member)
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.aclose()  # type: ignore[attr-defined]

    def _open(self) -> None:
        now = self._now()
        self._desk.mind_limits()
        found = choose(self._desk.members, now, self._useless)
        if found is None:
            raise refusal(self._desk.members)
        self._begin(found)

    def _begin(self, member: Member[Stt]) -> None:
        now = self._now()
        self._member = self._pool.current = member
        member.standing.began(now)
        self._began, self._counted_s = True, 0.0
        self._spoken_at = now if self._spoken_at is not None else None
        self._overdue = self._deaf = False
        self._usage, self._opened_at, self._fed_s = None, now, self._tape.seconds
        self._line = Frames()
        for item in self._tape.replay():
            self._line.put(item)
        if self._ended:
            self._line.end()
            self._watch.expect(END_S)
        self._stream = member.part.transcribe(self._line)
        if not (self._suspicious or self._shown) and member.part.capabilities.endpoints_itself:
            self._tape.unanswered()
        self._await_answer()

    def _taken(self, item: Transcript | Usage) -> list[Transcript | Usage]:
        if isinstance(item, Usage):
            self._usage = self._member.stamp(item)
            return [self._usage]
        if item.text.strip():
            self._understood(item)
        if self._before and item.text:
            item.text = _joined(self._before, item.text)
        return self._final(item) if item.final else self._partial(item)

    def _understood(self, heard: Transcript) -> None:
        if self._spoken_at is not None and not (self._shown or heard.final):
            waited_s = self._now() - self._spoken_at
            self._member.standing.figures.waited("first-partial", waited_s)
        self._tape.words()
        self._suspected = 0

    def _partial(self, heard: Transcript) -> list[Transcript | Usage]:
        # One who hears the utterance again begins with its first word; that would look like a correction.
        self._caught_up = self._caught_up or len(heard.text) >= len(self._shown)
        if not self._caught_up:
            return []
        self._shown = heard.text
        return [heard]

    def _final(self, heard: Transcript) -> list[Transcript | Usage]:
        if self._tape.flushes:
            waited_s = self._now() - self._flushed_at
            self._member.standing.answered(waited_s)
            self._member.standing.figures.waited("final", waited_s)
        self._count_sound()
        self._spoken_at = None
        self._tape.final(empty=not heard.text.strip())
        self._shown, self._before, self._caught_up = "", "", True
        self._desk.succeeded(self._member, self._now())
        if self._tape.flushes:
            self._await_answer()
        elif self._ended:
            self._watch.expect(END_S)
        else:
            self._watch.relax()
        # Who is cut off later has been billed too, by whoever heard.
        return [heard] if self._usage else [heard, self._member.stamp(self._cost())]

    def _cost(self) -> Usage:
        return self._usage or Usage({"seconds": round(self._fed_s, 3)}, estimated=True)

    def _count_sound(self) -> None:
        self._member.standing.allowance.heard(self._fed_s - self._counted_s)
        self._counted_s = self._fed_s

    def _ended_with(self, member: Member[Stt]) -> None:
        if self._began:
            self._count_sound()
            member.standing.ended()
        self._began = False

    # ── trouble ──────────────────────────────────────────────────────────────────────────────────────

    async def _go_on(self, error: ProviderError) -> None:
        """Let somebody else hear what has not been answered; raises `error` when that makes no sense."""
        failed, now = self._member, self._now()
        self._watch.relax()
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.aclose()  # type: ignore[attr-defined]
        self._ended_with(failed)
        self._blame(failed, error, now)
        pause = self._restarts.pause(now)
        member = failed if error.kind == IDLE else self._successor(failed, now)
        if pause is None or member is None:
            raise error
        if self._tape.cut and self._shown:
            self._before = self._shown
        self._caught_up = not self._shown
        if member is failed and pause:
            await asyncio.sleep(pause)
        self._desk.tell("failed-over", failed, member)
        self._begin(member)

    def _blame(self, member: Member[Stt], error: ProviderError, now: float) -> None:
        if error.kind != IDLE:
            member.resting_until = now + REST_S
        silent = self._overdue and member.part.capabilities.endpoints_itself and not self._shown
        if self._deaf or silent:
            # Noise sounds like speech, too: nobody is blamed, and everybody is suspected once at most.
            self._suspected += 1
            self._tape.words()
            self._desk.tell("lost", member, usage=self._cost())
            return
        self._desk.failed(member, error, now, self._cost())
        if not error.retryable:
            self._useless.append(member)

    def _successor(self, failed: Member[Stt], now: float) -> Member[Stt] | None:
        members = self._desk.members
        other = choose(members, now, [*self._useless, failed])
        return other or choose(members, now, self._useless)


def _joined(before: str, text: str) -> str:
    """The utterance of which one recogniser heard the beginning and the next one the end."""
    seam = Seam(before)
    return before + seam.feed(text) + seam.end()
