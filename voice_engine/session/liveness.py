"""Is the caller left in silence on the agent's turn? Facts and the time go in, rescues come out. Pure.

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
        self._done: set[Step] = set()
        self._asked_at: float | None = None
        self.fillers = 0  # in a row

    def tick(
        self,
        now: float,
        quiet_since: float | None,
        *,
        asked_at: float | None,
        acting: bool,
        excused: bool = False,
    ) -> Step | None:
        """The next step, each once per stretch of silence.

        `quiet_since`: when the silence on the agent's turn began; None while somebody may be heard, or it is
        not the agent's turn. `asked_at`: since when the model owes its first words; None if it owes none.
        `acting`: tools are at work; `excused`: with words of their own.
        """
        if quiet_since is None:
            return None
        self._notice(quiet_since, asked_at)
        quiet, plan = now - quiet_since, self._plan
        if quiet >= plan.limit_s:
            return self._once(Step.GIVE_UP)
        tired = asked_at is not None and not acting and now - asked_at >= plan.patience_s
        if quiet >= plan.apology_s or tired:
            return self._once(Step.APOLOGY)
        knows = self.fillers or excused or asked_at is None
        due = plan.next_filler_s if knows else plan.filler_s
        if (acting or asked_at is not None) and quiet >= due and (filler := self._once(Step.FILLER)):
            self.fillers += 1
            return filler
        return None

    def _notice(self, quiet_since: float, asked_at: float | None) -> None:
        if quiet_since != self._since:
            self._since = quiet_since
            self._done.clear()
        if asked_at != self._asked_at:
            self._asked_at, self.fillers = asked_at, 0

    def _once(self, step: Step) -> Step | None:
        if step in self._done:
            return None
        self._done.add(step)
        return step
