"""Whose turn is it? Facts and the time go in, decisions come out: no clock, no task, no socket.

Words are judged when they or a silence arrive; a tick compares two numbers.
"""

from dataclasses import dataclass
from math import inf

from voice_engine.listen.patience import FinalDelay, Judgement, Patience, Why
from voice_engine.listen.same import beyond
from voice_engine.spec import TurnPlan

QUIET_S = 0.16  # of silence before a reply may begin early
STABLE_S = 0.1  # a partial that has not changed for so long is likely to be the final
PAUSE_SHOWN_S = 0.3  # after a pause the voice has stopped by then, or it goes on
ORDINARY = ("finished", "undecided", "unfinished")  # pauses that tell how this caller speaks
LOST_S = 0.4  # a caller who spoke so long said something
ECHOED_S = 2.0  # a recogniser that repeats its final does so within this time
AT_ONCE_S = 0.3  # nobody says the same thing again so soon


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The caller has finished. `pause_over` is when silence alone would have decided; after that we only
    waited for text. `why` "lost": somebody spoke and the recogniser heard nothing; the text is empty.
    """

    text: str
    speech_started: float
    speech_ended: float
    pause_over: float
    stt_first: float | None
    stt_final: float | None
    why: Why = "finished"
    heard: "Heard | None" = None


@dataclass(slots=True)
class Heard:
    """The recogniser's utterances of one turn, over so many `stretches` of sound. `given` words at their
    beginning belong to the turn before."""

    finals: tuple[str, ...] = ()
    partial: str = ""
    given: str = ""
    stretches: int = 0

    def text(self) -> str:
        """All of it, as one line."""
        pieces = [piece.strip() for piece in (*self.finals, self.partial) if piece.strip()]
        if self.given and pieces:
            more = beyond(self.given, pieces[0])
            pieces[0] = pieces[0] if more is None else more.strip()
        joined = ""
        for piece in pieces:
            joined = _join(joined, piece)
        return joined

    def open_words(self) -> str:
        """Words whose final is still to come, and will hold them once more."""
        return self.partial or ("" if self.finals else self.given)

    def after(self, earlier: "Heard") -> "Heard":
        """These words as the continuation of `earlier` ones. A first utterance that is a later reading of
        the earlier turn's last one replaces it."""
        stretches = earlier.stretches + self.stretches
        first = next(iter(self.finals), self.partial)
        if earlier.partial and not first:
            return Heard(earlier.finals, earlier.partial, earlier.given, stretches)
        replaced = not earlier.partial or (self.given and beyond(self.given, first) is not None)
        kept = earlier.finals if replaced else (*earlier.finals, earlier.partial)
        return Heard(kept + self.finals, self.partial, earlier.given, stretches)


class TurnTaker:
    """Silence proposes, the words decide how much of it is needed."""

    def __init__(self, plan: TurnPlan, delay: FinalDelay | None = None) -> None:
        self._patience = Patience(plan)
        self._delay = delay or FinalDelay()
        self._silence_s = plan.unfinished_s
        self._speculates = plan.speculate
        self._speaking = False
        self._begun = 0.0  # of the stretch of sound that is heard now, or was last
        self._last_final, self._last_final_at = "", -inf
        self._late_since: float | None = None  # the last turn ended without its final
        self._reset(Heard())

    def _reset(self, heard: Heard) -> None:
        self._heard = heard
        self.text = ""
        """All words of the turn so far."""
        self._started: float | None = None
        self._voice_end = 0.0
        self._voiced = 0.0  # seconds of sound
        self._awaiting_final = False
        self._paused_at: float | None = None
        self._stt_first: float | None = None
        self._stt_final: float | None = None
        self._judged: Judgement | None = None
        self._awaiting_advice = False
        self._advised: float | None = None
        self._guessable: bool | None = None
        self.due = inf
        self._words_at = -inf
        self._guessed = ""
        self._held = ""  # words that asked for time: what comes after them is judged alone

    # ── facts ────────────────────────────────────────────────────────────────────────────────────────

    def expect(self, asked: str) -> None:
        """The assistant said this last: who is asked for a telephone number dictates one."""
        self._patience.expect(asked)
        self._judged = self._guessable = None
        self._weigh()

    def speech_started(self, at: float) -> None:
        """The caller's sound begins."""
        if self._started is None:
            self._started = at
        elif self.waiting:
            self._held = self.text
        elif not self._speaking and self._judged and self._judged.why in ORDINARY:
            self._patience.paused(at - self._voice_end)
        self._speaking, self._begun = True, at
        self._heard.stretches += 1
        self._awaiting_final = True
        self._awaiting_advice, self._advised = False, None
        self._paused_at = None
        self.due = inf

    def speech_paused(self, at: float) -> None:
        """The caller's sound is interrupted since `at`; it may be a breath."""
        if self._speaking:
            self._paused_at = at
            if self.text:
                self._judge()

    def speech_stopped(self, at: float) -> None:
        """The caller's sound ended at `at`."""
        if self._started is None:
            self._started = self._begun = at
        self._speaking, self._paused_at = False, None
        self._voiced += max(0.0, at - self._begun)
        self._voice_end = max(self._voice_end, at)
        if self._stt_final is not None and self._stt_final >= at and not self._heard.partial:
            self._awaiting_final = False  # the final was quicker than our own ear
            self._delay.saw(self._stt_final - at)
        self._weigh()

    def words(self, text: str, *, final: bool, now: float) -> None:
        """The recogniser's view of the current utterance."""
        if final and self._is_echo(text, now):
            return
        if final:
            self._final(text, now)
        else:
            self._heard.partial = text if text.strip() else ""
        before, self.text = self.text, self._heard.text()
        if self.text and self._stt_first is None:
            self._stt_first = now
        if self.text != before:
            self._judged = self._guessable = None
            self._words_at = now
            if not self._heard.stretches:  # our own ear has missed it: the words are the voice
                self._started = now if self._started is None else self._started
                self._voice_end = now
        self._weigh()

    def await_advice(self) -> None:
        """Somebody else is asked how long this silence must be: nothing is decided before `advise`."""
        if self._judge().why != "rule":
            self._awaiting_advice = True
            self._weigh()

    def advise(self, seconds: float | None) -> None:
        """So much silence ends the turn; None: as we would have it."""
        self._awaiting_advice, self._advised = False, seconds
        self._weigh()

    def forget(self) -> None:
        """Drop what has been said so far (a backchannel, an echo)."""
        started = self._started
        self._reset(Heard(given=self._heard.open_words(), stretches=int(self._speaking)))
        if self._speaking:
            self._awaiting_final, self._started = True, started

    def reopen(self, ended: TurnEnded) -> None:
        """That turn was not over: its words go before what has come since, or comes next."""
        sounded = self._heard.stretches > 0
        self._heard = self._heard.after(ended.heard or Heard((ended.text,)))
        if self._started is not None and self._begun > ended.speech_ended:
            self._patience.paused(self._begun - ended.speech_ended)
        self._started = ended.speech_started
        self._voice_end = max(self._voice_end, ended.speech_ended) if sounded else ended.speech_ended
        self._awaiting_final = self._awaiting_final or bool(self._heard.partial)
        self._stt_first = ended.stt_first if ended.stt_first is not None else self._stt_first
        self._stt_final = self._stt_final if self._stt_final is not None else ended.stt_final
        self.text = self._heard.text()
        self._guessed = self._guessed or ended.text
        self._judged = self._guessable = None
        self._weigh()

    # ── decisions ────────────────────────────────────────────────────────────────────────────────────

    @property
    def waiting(self) -> bool:
        """Whether the caller has asked for time and is away."""
        return not self._speaking and self._judged is not None and self._judged.why == "wait"

    def tick(self, now: float) -> TurnEnded | None:
        """The end of the turn, once it is due."""
        if now < self.due:
            return None
        ended = self._ended()
        self._late_since = self._voice_end if self._awaiting_final else None
        self._reset(Heard(given=self._heard.open_words()))
        return ended

    def guess(self, now: float) -> str | None:
        """Words a reply may begin on before the turn is decided; each once."""
        if now < self._words_at + STABLE_S and self._heard.partial:
            return None
        if not self.text or self.text == self._guessed or not self._speculates:
            return None
        if not self._quiet(now) or not self._enough():
            return None
        self._guessed = self.text
        return self.text

    def _quiet(self, now: float) -> bool:
        if self._speaking:
            paused = self._paused_at
            return paused is not None and QUIET_S <= now - paused <= PAUSE_SHOWN_S
        return self._started is not None and now - self._voice_end >= QUIET_S

    def _enough(self) -> bool:
        if self._guessable is None:
            self._guessable = self._patience.guessable(self._judge(), self.text)
        return self._guessable

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────

    def _is_echo(self, text: str, now: float) -> bool:
        """A recogniser's second delivery of its last final: nobody can have said that since."""
        since = now - self._last_final_at
        if text != self._last_final or not text.strip() or self._heard.partial:
            return False
        if len(self._heard.finals) < self._heard.stretches:
            return False
        return since <= (AT_ONCE_S if self._speaking else ECHOED_S)

    def _final(self, text: str, now: float) -> None:
        self._heard.finals += (text,) if text.strip() else ()
        self._heard.partial = ""
        self._last_final, self._last_final_at = text, now
        self._stt_final = now
        if self._awaiting_final and not self._speaking:
            self._delay.saw(now - self._voice_end)
        elif self._late_since is not None and self._started is None:
            self._delay.saw(now - self._late_since)
        self._late_since = None
        self._awaiting_final = self._speaking

    def _ended(self) -> TurnEnded | None:
        if self._started is None:
            return None
        why: Why = "lost"
        pause = self._silence_s
        if self.text:
            why, pause = self._judge().why, self._pause()
        elif not self._awaiting_final or self._voiced < LOST_S:
            return None  # a noise
        return TurnEnded(
            self.text,
            self._started,
            self._voice_end,
            self._voice_end + pause,
            self._stt_first,
            self._stt_final,
            why,
            self._heard,
        )

    def _judge(self) -> Judgement:
        if self._judged is None:
            self._judged = self._patience.judge(self.text.removeprefix(self._held).strip() or self.text)
        return self._judged

    def _pause(self) -> float:
        return self._judge().pause if self._advised is None else self._advised

    def _weigh(self) -> None:
        """When the turn will be over, as things stand."""
        if self._speaking or self._started is None or self._awaiting_advice:
            self.due = inf
            return
        self.due = self._voice_end + (self._pause() if self.text else self._silence_s)
        if self._awaiting_final:
            self.due = max(self.due, self._voice_end + self._delay.budget_s)


def _join(left: str, right: str) -> str:
    """Chinese is written without blanks, Latin script with them."""
    if not left or not right:
        return left or right
    latin = left[-1].isascii() and right[0].isascii()
    return f"{left} {right}" if latin else left + right
