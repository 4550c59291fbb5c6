"""In which order are vendors asked? Members, the time and the number of the conversation go in. Pure.

The order is made once for a conversation, so that nobody's voice or manner changes while all goes well. Those
that may be asked come first, whatever the strategy.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from voice_engine.providers.pool.member import Member
from voice_engine.spec import Strategy

P = TypeVar("P")

_GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, are spread evenly wherever one stops
EXPLORE = 20  # every so many conversations another than the fastest begins, or a slow day would never end


def ordered(members: Sequence[Member[P]], now: float, turn: int) -> list[Member[P]]:
    """As they stand in the assistant."""
    return sorted(members, key=lambda member: not member.healthy(now))


def weighted(members: Sequence[Member[P]], now: float, turn: int) -> list[Member[P]]:
    """Each begins in its share of the conversations; the others follow, the heaviest first."""
    heaviest = sorted(members, key=lambda member: -member.weight)
    order = ordered(heaviest, now, turn)
    well = [member for member in order if member.healthy(now)] or order
    point = (turn + 1) * _GOLDEN % 1.0 * sum(member.weight for member in well)
    for member in well:
        point -= member.weight
        if point < 0:
            return [member, *(other for other in order if other is not member)]
    return order


def least_busy(members: Sequence[Member[P]], now: float, turn: int) -> list[Member[P]]:
    """Those with the fewest requests under way, by weight; equals take turns."""
    start = turn % len(members)
    turned = [*members[start:], *members[:start]]
    return ordered(sorted(turned, key=lambda member: member.standing.busy / member.weight), now, turn)


def fastest(members: Sequence[Member[P]], now: float, turn: int) -> list[Member[P]]:
    """By the live median wait. Who is not known yet is tried first, and everybody now and then."""
    order = ordered(sorted(members, key=lambda member: member.standing.latency.typical), now, turn)
    well = sum(member.healthy(now) for member in order)
    if well > 1 and turn % EXPLORE == EXPLORE - 1:
        other = order.pop(1 + turn // EXPLORE % (well - 1))
        order.insert(0, other)
    return order


Ordering = Callable[[Sequence[Member[P]], float, int], list[Member[P]]]
STRATEGIES: Mapping[Strategy, Ordering] = {
    "ordered": ordered,
    "weighted": weighted,
    "least-busy": least_busy,
    "fastest": fastest,
}
