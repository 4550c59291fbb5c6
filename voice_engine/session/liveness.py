"""Is the caller left in silence on the agent's turn? Facts and the time go in, the next rescue comes out. Pure.

Whatever hangs (recogniser, model, tool, voice, a bug), the silence ends within `limit_s`: by a filler, by an
apology, and when even that does not sound, by hanging up with a reason.
"""

from enum import Enum

from voice_engine.spec import LivenessPlan


class Step(Enum):
    """What to do about the silence."""

    FILLER = "filler"
    APOLOGY = "apology"
    GIVE_UP = "give-up"


class Liveness:
    """One conversation's supervisor; asked every 20 ms."""

    def __init__(self, plan: LivenessPlan) -> None:
        self._plan = plan
        self._since: float | None = None
        self._begun = 0.0
        self._done: set[Step] = set()
        self._fillers = 0

    def turn_began(self, at: float) -> None:
        """The agent's turn began, or its own words have sounded: patience starts anew."""
        self._begun = at
        self._fillers = 0

    def tick(self, now: float, quiet_since: float | None, *, tool_pending: bool = False) -> Step | None:
        """The next step, each once per stretch of silence.

        `quiet_since` is when the silence on the agent's turn began; None while somebody may be heard, or it is
        not the agent's turn.
        """
        if quiet_since is None:
            return None
        if quiet_since != self._since:
            self._since = quiet_since
            self._done.clear()
        quiet, plan = now - quiet_since, self._plan
        if quiet >= plan.limit_s:
            return self._once(Step.GIVE_UP)
        tired = not tool_pending and now - self._begun >= plan.patience_s
        if quiet >= plan.apology_s or tired:
            return self._once(Step.APOLOGY)
        if quiet >= (plan.next_filler_s if self._fillers else plan.filler_s):
            return self._filler()
        return None

    def _filler(self) -> Step | None:
        step = self._once(Step.FILLER)
        self._fillers += step is not None
        return step

    def _once(self, step: Step) -> Step | None:
        if step in self._done:
            return None
        self._done.add(step)
        return step
