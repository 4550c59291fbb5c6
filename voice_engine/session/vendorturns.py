"""Whose turn is it, when the vendor decides? The face of listen/turns' TurnTaker over a realtime model. Pure.

The vendor says when a turn is over, and its words may come later than its answer. While somebody speaks for
the agent, a turn waits for its words: they tell whether it takes the floor.
"""

from collections.abc import Callable
from math import inf

from voice_engine.listen.turns import TurnEnded


class VendorTurns:
    """`free`: whether nobody speaks for the agent."""

    due = inf  # nothing is decided by the clock
    waiting = False

    def __init__(self, free: Callable[[], bool]) -> None:
        self._free = free
        self._texts: dict[str, str] = {}
        self._final: set[str] = set()
        self._open: list[str] = []  # turns of the vendor that nobody has answered
        self._given: list[str] = []  # those that were answered last
        self._over_at: float | None = None
        self._started: float | None = None
        self._stopped: float | None = None
        self._words_at: float | None = None

    # ── what the vendor says ─────────────────────────────────────────────────────────────────────────

    def vendor_started(self, turn: str, now: float) -> None:
        """It hears the caller begin."""
        self._over_at = None
        if self._started is None:
            self._started = now
        self._add(turn)

    def vendor_stopped(self, turn: str, now: float) -> None:
        """The turn is over, it says."""
        self._add(turn)
        self._over_at = now

    def vendor_words(self, turn: str, text: str, *, final: bool, now: float) -> bool:
        """What it understood in a turn; whether that turn has been answered already."""
        if turn not in self._given:
            self._add(turn)
            self._words_at = self._words_at or now
        self._texts[turn] = text
        if final:
            self._final.add(turn)
        return turn in self._given

    def _add(self, turn: str) -> None:
        if turn and turn not in self._open and turn not in self._given:
            self._open.append(turn)

    @property
    def answered(self) -> str | None:
        """The words of the turn that was answered last; None while they are not known."""
        return self._joined(self._given) if all(turn in self._final for turn in self._given) else None

    # ── TurnTaker ────────────────────────────────────────────────────────────────────────────────────

    @property
    def text(self) -> str:
        """What the caller has said and nobody has answered."""
        return self._joined(self._open)

    def speech_started(self, at: float) -> None:
        """Our own VAD hears the caller begin."""
        if self._started is None or self._stopped is None:
            self._started = at
        self._stopped = None

    def speech_paused(self, at: float) -> None:
        """Our own VAD hears a short silence."""

    def speech_stopped(self, at: float) -> None:
        """Our own VAD hears the caller end."""
        self._stopped = at

    def words(self, text: str, *, final: bool, now: float) -> None:
        """Words come by `vendor_words`."""

    def reopen(self, turn: TurnEnded) -> None:
        """The turn was not over after all."""
        self._open = [*self._given, *self._open]
        self._given = []
        self._started = turn.speech_started

    def forget(self) -> None:
        """What was said is of no consequence."""
        self._clear([])

    def expect(self, asked: str) -> None:
        """What the agent said last is the vendor's own business."""

    def guess(self, now: float) -> str:
        """There is nothing to guess: the model answers by itself."""
        return ""

    def tick(self, now: float) -> TurnEnded | None:
        """The turn, once it is over."""
        if self._over_at is None:
            return None
        known = bool(self._open) and all(turn in self._final for turn in self._open)
        if not known and not self._free():
            return None
        over = self._over_at
        begun = over if self._started is None else self._started
        ended = TurnEnded(
            self.text if known else "",
            min(begun, over),
            over if self._stopped is None else min(self._stopped, over),
            over,
            self._words_at,
            now if known else None,
        )
        self._clear(self._open)
        return ended

    def _clear(self, given: list[str]) -> None:
        kept = {*given}
        self._texts = {turn: text for turn, text in self._texts.items() if turn in kept}
        self._final &= kept
        self._given, self._open = given, []
        self._over_at = self._started = self._stopped = self._words_at = None

    def _joined(self, turns: list[str]) -> str:
        return "\n".join(text for turn in turns if (text := self._texts.get(turn, "").strip()))
