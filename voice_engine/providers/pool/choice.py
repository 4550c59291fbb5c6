"""Which vendor is asked next? The members and the time go in, one comes out."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from voice_engine.providers.pool.member import Member

P = TypeVar("P")


def healthy(
    members: Sequence[Member[P]], now: float, not_these: Collection[Member[P]] = ()
) -> list[Member[P]]:
    """Those that may be asked, in the conversation's order."""
    return [member for member in members if member not in not_these and member.healthy(now)]


def choose(
    members: Sequence[Member[P]], now: float, not_these: Collection[Member[P]] = ()
) -> Member[P] | None:
    """The first healthy one.

    When none is, one whose breaker another try may close is asked all the same: in a conversation a try is
    better than silence. Only a limit of the installation's own is never overrun.
    """
    if well := healthy(members, now, not_these):
        return well[0]
    hopeful = [member for member in members if member not in not_these and member.hopeful]
    return min(hopeful, key=lambda member: member.resting_until, default=None)
