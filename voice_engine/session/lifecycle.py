"""The life of a session as a table: INIT → ACTIVE ⇄ PAUSED → ENDED, and no other way. Pure (covers B-05)."""

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
