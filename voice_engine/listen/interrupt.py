"""May the caller stop the agent? Pause first, then decide: commit the interruption or resume. Pure."""

from enum import Enum

from voice_engine.listen.lexicon import is_backchannel, is_stop_phrase, speech_units
from voice_engine.spec import TurnPlan

COMMIT_UNITS = 3  # characters (Chinese) or words (Latin) that are not a backchannel


class Verdict(Enum):
    """What to do with the agent's voice now."""

    PAUSE = "pause"
    COMMIT = "commit"
    RESUME = "resume"


class Interruption:
    """One stretch of agent speech against one stretch of caller speech."""

    def __init__(self, plan: TurnPlan) -> None:
        self._plan = plan
        self.reset()

    def reset(self) -> None:
        """A new stretch of agent speech begins, or this one is over."""
        self._since: float | None = None
        self._until: float | None = None
        self._text = ""
        self._paused = False

    def speech_started(self, at: float) -> None:
        """The caller's sound begins while the agent has the floor."""
        if self._since is None:
            self._since = at
        self._until = None

    def speech_stopped(self, at: float) -> None:
        """The caller's sound ended."""
        self._until = at

    def words(self, text: str) -> None:
        """What the recogniser makes of it so far."""
        self._text = text

    def tick(self, now: float) -> Verdict | None:
        """A verdict, when there is a new one."""
        if self._decisive(now):
            self.reset()
            return Verdict.COMMIT
        if self._since is None:
            return None
        lasted = (self._until if self._until is not None else now) - self._since
        if not self._paused and self._until is None and lasted >= self._plan.interrupt_voice_s:
            self._paused = True
            return Verdict.PAUSE
        if self._until is not None and now - self._until >= self._patience():
            was_paused = self._paused
            self.reset()
            return Verdict.RESUME if was_paused else None
        return None

    def _patience(self) -> float:
        return 0.0 if self._text and is_backchannel(self._text) else self._plan.resume_after_s

    def _decisive(self, now: float) -> bool:
        plan, text = self._plan, self._text
        if text and is_stop_phrase(text):
            return True
        if text and is_backchannel(text):
            return False
        if plan.interrupt_words:
            return speech_units(text) >= plan.interrupt_words
        if speech_units(text) >= COMMIT_UNITS:
            return True
        sounding = self._since is not None and self._until is None
        return sounding and now - (self._since or 0.0) >= plan.interrupt_commit_s
