"""One answer from several vendors: the next is asked when one is late or fails, the first that delivers wins.

The first vendor is read by whoever reads the answer, so that an answer without trouble costs no task; those
asked beside it run ahead in tasks of their own. Nothing is left when `close` returns.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Usage
from voice_engine.providers.pool.ahead import Ahead
from voice_engine.providers.pool.choice import choose, healthy
from voice_engine.providers.pool.member import Desk, Member
from voice_engine.providers.pool.watch import Watch

P = TypeVar("P")
T = TypeVar("T")

# Nobody else is made to say what one vendor has refused to say.
NOT_PASSED_ON = frozenset({"moderation"})
AGAIN = frozenset({"server", "network", "timeout", "idle_timeout"})  # worth a second try at once


@dataclass(slots=True)
class Rules(Generic[P, T]):
    """What an answer is.

    `ask` opens a vendor's stream; `delivers` says which item wins; `nothing` judges an answer that ended
    without one (None = that is an answer); `cost` is what an unwanted request costs; `total_s` is how long
    everybody together may take to deliver. Not `hedged`: nobody is asked beside another, only after it.
    """

    ask: Callable[[Member[P]], AsyncIterator[T]]
    delivers: Callable[[T], bool]
    nothing: Callable[[Member[P]], ProviderError | None]
    cost: Callable[[], Usage | None]
    total_s: float
    hedged: bool = True


class Contest(Generic[P, T]):
    """`next` gives the winner's items. `failed` have failed at this answer already, the last one last.

    Nobody is late before `start`: a voice cannot speak before it has its text.
    """

    def __init__(self, desk: Desk[P], rules: Rules[P, T], failed: Sequence[Member[P]] = ()) -> None:
        self._desk, self._rules = desk, rules
        self._watch = Watch(self._late)
        self._now = self._watch.loop.time
        self._until = float("inf")
        self._tries = max(2, len(desk.members))
        self._out = [] if desk.alone else list(failed)
        self._failed = failed[-1] if failed else None
        self._error: Exception | None = None
        self._started: float | None = None
        self._began: dict[Member[P], float] = {}
        self._held: list[Member[P]] = []  # under way
        self._direct: Member[P] | None = None
        self._aheads: list[Ahead[P, T]] = []
        self._dropped: list[Ahead[P, T]] = []
        self._first: deque[T] = deque()
        self._stream: AsyncIterator[T] | None = None
        self.winner: Member[P] | None = None
        desk.mind_limits()

    # ── the answer ───────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """From now on a vendor can be late."""
        self._started = self._now()
        self._until = self._started + self._rules.total_s
        if self.winner is None and self._asked:
            self._expect(self._asked[-1])

    @property
    def now(self) -> float:
        """The loop's time."""
        return self._now()

    @property
    def asked_at(self) -> float:
        """When the winner was asked."""
        assert self.winner is not None
        return self._began[self.winner]

    async def next(self, stall_s: float | None = None) -> T:
        """The next item; StopAsyncIteration at the end.

        Raises ProviderError when nobody delivers, or when the winner fails or brings nothing for `stall_s`.
        """
        if self._stream is None:
            await self._compete()
        if self._first:
            return self._first.popleft()
        assert self.winner is not None
        assert self._stream is not None
        if stall_s is not None:
            self._watch.expect(stall_s)
        try:
            return await self._watch.wait(self._stream.__anext__())
        except TimeoutError:
            raise _late(self.winner, "stopped in the middle") from None
        finally:
            self._watch.relax()

    def mind(self, stall_s: float) -> None:
        """Until the next item the winner may be silent for so long from now on."""
        self._watch.expect(stall_s)

    async def close(self) -> None:
        """Hang up on everybody. Whoever has not failed by now has done nothing wrong."""
        self._watch.close()
        for member in self._began:
            member.standing.breaker.undecided()
        for ahead in self._aheads:
            self._drop(ahead)
        if self._stream is not None:
            await self._stream.aclose()  # type: ignore[attr-defined]
        if left := [ahead.task for ahead in self._dropped if not ahead.task.done()]:
            await asyncio.wait(left)
        for member in list(self._held):
            self._ended(member)

    # ── who is asked ─────────────────────────────────────────────────────────────────────────────────

    @property
    def _asked(self) -> list[Member[P]]:
        beside = [ahead.member for ahead in self._aheads]
        return [self._direct, *beside] if self._direct else beside

    def _take(self, *, beside: bool) -> Member[P] | None:
        """The next to be asked; only a healthy one beside another."""
        now = self._now()
        if self._tries <= 0 or now >= self._until:
            return None
        busy = [] if self._desk.alone else self._asked
        not_these = [*self._out, *busy]
        if beside:
            member = next(iter(healthy(self._desk.members, now, not_these)), None)
        else:
            member = choose(self._desk.members, now, not_these)
        if member is not None:
            self._tries -= 1
            self._began[member] = now
            self._held.append(member)
            member.standing.began(now)
        return member

    def _ended(self, member: Member[P]) -> None:
        self._held.remove(member)
        member.standing.ended()

    def _expect(self, member: Member[P]) -> None:
        if self._started is None:
            return
        left = self._until - self._now()
        # A vendor that is always slow is not asked twice: the second answer would be no faster.
        hopeless = self._desk.alone and member.standing.latency.slow
        self._watch.expect(
            left if hopeless or self._tries <= 0 else min(left, member.standing.latency.deadline)
        )

    def _late(self) -> None:
        if self.winner is not None or self._now() >= self._until:
            self._watch.interrupt()
        else:
            self._ask_beside()

    def _ask_beside(self) -> None:
        waiting, member = self._asked[-1], self._take(beside=True)
        if member is None:
            self._watch.expect(self._until - self._now())
            return
        self._desk.tell("hedged", waiting, member)
        stream = self._rules.ask(member)
        self._aheads.append(Ahead(member, stream, self._rules.delivers, self._moved))
        self._expect(member)

    # ── what they bring ──────────────────────────────────────────────────────────────────────────────

    async def _compete(self) -> None:
        while self._stream is None:
            if isinstance(self._error, Exception) and _fatal(self._error):
                raise self._error
            ahead = next((ahead for ahead in self._aheads if ahead.delivered), None)
            if ahead is not None:
                self._aheads.remove(ahead)
                self._wins(ahead.member, ahead)
            elif self._aheads:
                await self._wait()
            else:
                await self._read()

    async def _read(self) -> None:
        """Ask the next vendor and read it here until it has delivered."""
        member = self._take(beside=False)
        if member is None:
            raise self._nobody()
        self._direct, stream = member, self._rules.ask(member)
        self._expect(member)
        try:
            while True:
                item = await self._watch.wait(stream.__anext__())
                self._first.append(item)
                if self._rules.delivers(item):
                    self._wins(member, stream)
                    return
        except StopAsyncIteration:
            if error := self._rules.nothing(member):
                self._fails(member, error)
            else:
                self._wins(member, stream)
        except TimeoutError:
            self._interrupted(member)
        except ProviderError as error:
            self._fails(member, error)
        finally:
            self._direct = None
            if self._stream is not stream:
                self._first.clear()
                await stream.aclose()  # type: ignore[attr-defined]

    async def _wait(self) -> None:
        """Only those that run ahead are left."""
        try:
            await self._watch.wait(self._watch.loop.create_future())
        except TimeoutError:
            self._time_is_up()

    def _interrupted(self, member: Member[P]) -> None:
        if any(ahead.delivered for ahead in self._aheads):
            self._loses(member)
        elif self._now() >= self._until:
            self._fails(member, _late(member, "did not answer in time"))
            self._time_is_up()

    def _time_is_up(self) -> None:
        if self._now() < self._until or any(ahead.delivered for ahead in self._aheads):
            return
        for ahead in self._aheads:
            self._drop(ahead)
            self._fails(ahead.member, _late(ahead.member, "did not answer in time"))
        self._aheads = []

    def _moved(self, ahead: Ahead[P, T]) -> None:
        """Called when it is clear what came of somebody asked beside another."""
        if self.winner is not None or ahead not in self._aheads:
            return
        error = ahead.error
        if ahead.delivered and ahead.silent:
            error = self._rules.nothing(ahead.member)
        if error is None:
            self._watch.interrupt()
            return
        self._aheads.remove(ahead)
        self._drop(ahead)
        if isinstance(error, ProviderError):
            self._fails(ahead.member, error)
        else:
            self._error = error
        if self._asked and not _fatal(error):
            self._ask_beside()
        elif not self._asked or not isinstance(error, ProviderError):
            self._watch.interrupt()

    def _wins(self, member: Member[P], stream: AsyncIterator[T]) -> None:
        now = self._now()
        self.winner, self._stream = member, stream
        self._watch.relax()
        member.standing.answered(now - max(self._began[member], self._started or 0.0))
        if self._failed is not None:
            self._desk.tell("failed-over", self._failed, member)
        for ahead in self._aheads:
            self._drop(ahead)
            self._loses(ahead.member)
        self._aheads = []

    def _loses(self, member: Member[P]) -> None:
        member.standing.answered(self._now() - self._began[member])
        member.standing.breaker.undecided()
        self._ended(member)
        self._desk.tell("lost", member, usage=self._rules.cost())

    def _fails(self, member: Member[P], error: ProviderError) -> None:
        self._desk.failed(member, error, self._now())
        self._ended(member)
        self._error, self._failed = error, member
        if not self._desk.alone or error.kind not in AGAIN:
            self._out.append(member)
        if error.kind in NOT_PASSED_ON:
            self._tries = 0

    def _drop(self, ahead: Ahead[P, T]) -> None:
        ahead.task.cancel()
        self._dropped.append(ahead)

    def _nobody(self) -> Exception:
        return self._error or refusal(self._desk.members)


def refusal(members: Sequence[Member[P]]) -> ProviderError:
    """Why none of these can be asked."""
    limits = (member.standing.allowance.refusal(member.provider) for member in members)
    errors = (*limits, *(member.standing.breaker.error for member in members))
    return next((again(error) for error in errors if error), _late(members[0], "is not asked just now"))


def again(error: ProviderError) -> ProviderError:
    """The error of an earlier call, to be raised in this one."""
    return ProviderError(
        error.kind,
        error.vendor,
        error.message,
        vendor_code=error.vendor_code,
        request_id=error.request_id,
        retry_after=error.retry_after,
    )


def _fatal(error: Exception) -> bool:
    return not isinstance(error, ProviderError) or error.kind in NOT_PASSED_ON


def _late(member: Member[P], what: str) -> ProviderError:
    sentence = f"{member.provider} {what}. Try again, or add a fallback to the assistant."
    return ProviderError("timeout", member.provider, sentence)
