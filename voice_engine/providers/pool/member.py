"""One vendor of a pool: its adapter, its name, its standing."""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Usage
from voice_engine.providers.pool.breaker import State
from voice_engine.providers.pool.figures import Component
from voice_engine.providers.pool.standing import Standing
from voice_engine.providers.pool.troubles import Trouble, Troubles, What

P = TypeVar("P")


@dataclass(slots=True, eq=False)
class Member(Generic[P]):
    """`part` is the adapter. `resting_until` (the loop's time) belongs to one call, `standing` to all.

    `weight` is its share of the work where the strategy asks for one.
    """

    part: P
    provider: str
    model: str
    standing: Standing
    weight: float = 1.0
    resting_until: float = 0.0

    def healthy(self, now: float) -> bool:
        """Whether it may be asked now."""
        return now >= self.resting_until and self.standing.admits(now, self.provider)

    @property
    def hopeful(self) -> bool:
        """Whether it may be asked when nobody is healthy."""
        return self.standing.hopeful(self.provider)

    def stamp(self, usage: Usage) -> Usage:
        """The usage with the name of who did the work."""
        return replace(usage, provider=self.provider, model=self.model)


class Desk(Generic[P]):
    """Members of one component with the standings they share and the troubles they cause."""

    def __init__(self, component: Component, members: list[Member[P]], troubles: Troubles) -> None:
        if not members:
            raise ValueError("a pool needs a member")
        self.component, self.members, self._troubles = component, members, troubles
        self._limited: set[Member[P]] = set()

    @property
    def alone(self) -> bool:
        """Whether there is nobody else to ask."""
        return len(self.members) == 1

    def succeeded(self, member: Member[P], now: float) -> None:
        """A call of this member's went well."""
        was = member.standing.breaker.state(now)
        member.standing.succeeded(now)
        if was is not State.CLOSED:
            self.tell("closed", member)

    def failed(self, member: Member[P], error: ProviderError, now: float, usage: Usage | None = None) -> None:
        """A call of this member's failed; `usage` is what it costs all the same."""
        was = member.standing.breaker.state(now)
        member.standing.failed(error, now)
        self.tell("failed", member, error=error, usage=usage)
        if was is not State.OPEN and member.standing.breaker.state(now) is State.OPEN:
            self.tell("opened", member, error=error)

    def mind_limits(self) -> None:
        """Tell of members that the installation's limits keep out; once a call."""
        for member in self.members:
            if member not in self._limited:
                error = member.standing.allowance.refusal(member.provider)
                if error:
                    self._limited.add(member)
                    self.tell("limited", member, error=error)

    def tell(
        self,
        what: What,
        member: Member[P],
        to: Member[P] | None = None,
        error: ProviderError | None = None,
        usage: Usage | None = None,
    ) -> None:
        """Report a trouble."""
        self._troubles.report(
            Trouble(
                what,
                self.component,
                member.provider,
                member.model,
                to.provider if to else "",
                to.model if to else "",
                error,
                member.stamp(usage) if usage else None,
            )
        )
