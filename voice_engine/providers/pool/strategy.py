"""Who is asked next? Each strategy is a function: the members and the time go in, an order comes out."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from voice_engine.providers.pool.member import Member

P = TypeVar("P")
Strategy = Callable[[Sequence[Member[P]], float], Sequence[Member[P]]]


def ordered(members: Sequence[Member[P]], now: float) -> Sequence[Member[P]]:
    """As they stand in the assistant, the healthy ones."""
    return [member for member in members if member.healthy(now)]


def choose(
    strategy: Strategy[P], members: Sequence[Member[P]], now: float, not_these: Collection[Member[P]] = ()
) -> Member[P] | None:
    """The first of the strategy's that is not excluded.

    When none is healthy, one whose breaker another try may close is asked all the same: in a conversation a
    try is better than silence.
    """
    for member in strategy(members, now):
        if member not in not_these:
            return member
    hopeful = [m for m in members if m not in not_these and not m.standing.breaker.refuses_for_good]
    return min(hopeful, key=lambda member: member.resting_until, default=None)
