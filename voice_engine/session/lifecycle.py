"""The life of a session as a table: INIT → ACTIVE ⇄ PAUSED → ENDED, and no other way. Pure (covers B-05)."""

from dataclasses import dataclass, field
from enum import Enum

from voice_engine.kernel.errors import Conflict


class State(Enum):
    """Where a session stands."""

    INIT = "init"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


EDGES: dict[State, frozenset[State]] = {
    State.INIT: frozenset({State.ACTIVE, State.ENDED}),
    State.ACTIVE: frozenset({State.PAUSED, State.ENDED}),
    State.PAUSED: frozenset({State.ACTIVE, State.ENDED}),
    State.ENDED: frozenset(),
}


def move(current: State, to: State) -> State:
    """The new state; raises Conflict for an edge that is not in the table."""
    if to not in EDGES[current]:
        raise Conflict("session_state", f"A session that is {current.value} cannot become {to.value}.")
    return to


CONNECTION_LOST = "connection-lost"
ON_HOLD = "on-hold"


@dataclass(slots=True)
class Hold:
    """Why a session is paused; it goes on when no reason is left. Seconds of the session."""

    reasons: dict[str, float] = field(default_factory=dict)  # why → since when

    @property
    def missing_since(self) -> float | None:
        """When the caller's connection was lost; None while it stands."""
        return self.reasons.get(CONNECTION_LOST)

    def begin(self, why: str, now: float) -> bool:
        """One more reason; whether it is the first."""
        first = not self.reasons
        self.reasons.setdefault(why, now)
        return first

    def end(self, why: str, now: float) -> float | None:
        """The reason is gone: how long it lasted; None if it was none."""
        since = self.reasons.pop(why, None)
        return None if since is None else now - since
