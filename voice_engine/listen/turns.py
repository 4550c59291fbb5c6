"""Whose turn is it? Facts and the time go in, decisions come out: no clock, no task, no socket."""

from dataclasses import dataclass

from voice_engine.listen.lexicon import classify
from voice_engine.spec import TurnPlan

FINAL_BUDGET_S = 0.8  # how long a recogniser may be late after the pause has already decided
WAIT_S = 30.0  # "hold on": the caller may be away this long without being prompted


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The caller has finished. `pause_over` is when silence alone would have decided; after that we only
    waited for text."""

    text: str
    speech_started: float
    speech_ended: float
    pause_over: float
    stt_first: float | None
    stt_final: float | None


class TurnTaker:
    """Silence proposes, the words decide how much of it is needed."""

    def __init__(self, plan: TurnPlan) -> None:
        self._plan = plan
        self._reset()

    def _reset(self) -> None:
        self._finals: list[str] = []
        self._partial = ""
        self._speaking = False
        self._started: float | None = None
        self._voice_end = 0.0
        self._awaiting_final = False
        self._stt_first: float | None = None
        self._stt_final: float | None = None

    @property
    def text(self) -> str:
        """All words of the turn so far."""
        joined = ""
        for piece in [*self._finals, self._partial]:
            joined = _join(joined, piece.strip())
        return joined

    def speech_started(self, at: float) -> None:
        """The caller's sound begins."""
        self._speaking = True
        self._awaiting_final = True
        if self._started is None:
            self._started = at

    def speech_stopped(self, at: float) -> None:
        """The caller's sound ended at `at`."""
        self._speaking = False
        self._voice_end = at
        if self._stt_final is not None and self._stt_final >= at and not self._partial:
            self._awaiting_final = False  # the final was quicker than our own ear

    def words(self, text: str, *, final: bool, now: float) -> None:
        """The recogniser's view of the current utterance."""
        if text.strip() and self._stt_first is None:
            self._stt_first = now
        if self._started is None and text.strip():
            self._started = self._voice_end = now
        if final:
            self._finals.append(text)
            self._partial = ""
            self._stt_final = now
            self._awaiting_final = self._speaking
        else:
            self._partial = text

    def forget(self) -> None:
        """Drop what has been said so far (a backchannel, an echo)."""
        speaking, started = self._speaking, self._started
        self._reset()
        self._speaking = self._awaiting_final = speaking
        self._started = started if speaking else None

    def tick(self, now: float) -> TurnEnded | None:
        """The end of the turn, once it is due."""
        if self._speaking or self._started is None:
            return None
        text = self.text
        pause_over = self._voice_end + self._pause(text)
        if now < pause_over or (self._awaiting_final and now < pause_over + FINAL_BUDGET_S):
            return None
        ended = TurnEnded(text, self._started, self._voice_end, pause_over, self._stt_first, self._stt_final)
        self._reset()
        return ended if text else None

    def _pause(self, text: str) -> float:
        return max(self._plan.wait_s, self._pause_for(text))

    def _pause_for(self, text: str) -> float:
        plan = self._plan
        match classify(text) if text else "undecided":
            case "finished":
                return plan.finished_s
            case "unfinished":
                return plan.unfinished_s
            case "wait":
                return WAIT_S
            case _:
                return plan.undecided_s


def _join(left: str, right: str) -> str:
    """Chinese is written without blanks, Latin script with them."""
    if not left or not right:
        return left or right
    latin = left[-1].isascii() and right[0].isascii()
    return f"{left} {right}" if latin else left + right
