"""Is the caller still there? Prompts after silence on the caller's turn, then the end. Pure."""

from enum import Enum

from voice_engine.spec import IdlePlan


class Nudge(Enum):
    """What to do about a silent caller."""

    PROMPT = "prompt"
    END = "end"


class Idle:
    """Counts the prompts of one silence; asked every 20 ms."""

    def __init__(self, plan: IdlePlan, end_after_s: float) -> None:
        self._plan, self._end_after_s = plan, end_after_s
        self._prompted = 0
        self.since = 0.0
        """The last sound of either side, prompts excepted."""
        self.caller_at = 0.0
        """The caller's last sign of life."""
        self._next = plan.after_s

    def caller_spoke(self, at: float) -> None:
        """A sign of life: sound, words, typed text, a key."""
        self.somebody_spoke(at)
        self.caller_at = at
        if self._plan.reset_on_speech:
            self._prompted = 0

    def somebody_spoke(self, at: float) -> None:
        """A sound of either side, prompts excepted: the silence begins anew."""
        self.since = at
        self._next = at + self._plan.after_s

    def tick(self, now: float) -> Nudge | None:
        """What is due on the caller's turn. Prompts do not put off the end."""
        if now - self.since >= self._end_after_s:
            return Nudge.END
        if self._prompted < self._plan.times and now >= self._next:
            self._prompted += 1
            self._next = now + self._plan.after_s
            return Nudge.PROMPT
        return None
