"""How much of a reply the caller has heard: playout seconds in, a prefix of the spoken text out."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from voice_engine.providers.base import WordTimes

SECONDS_PER_UNIT = 0.21  # a Chinese voice at its own speed, until this voice's clauses show better
_EPSILON = 1e-6
_SCAN = 24  # characters searched for the next word of the voice's word times

# A Latin word or a number, whole: with its decimals, apostrophes, hyphens, dots and colons inside.
_LATIN = r"[^\W_\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+"
_ATOM = re.compile(rf"{_LATIN}(?:['’.,:/@_%-]{_LATIN})*")
_GLYPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")  # a syllable each


def weight(char: str) -> float:
    """How long `char` lasts, in Chinese syllables."""
    if char in "。！？!?…\n":
        return 1.5
    if char in "，、；：,;:—":
        return 0.8
    if char.isspace():
        return 0.0
    if char.isdecimal() or _GLYPH.match(char):
        return 1.0
    return 0.35 if char.isalpha() else 0.1


@dataclass(slots=True)
class _Clause:
    text: str
    seconds: float
    open: bool = False  # more audio may come
    words: list[tuple[str, float, float]] = field(default_factory=list)
    reach: list[float] = field(init=False)  # weight of the text up to and with each character
    stops: list[int] = field(init=False)  # lengths at which the text may be cut, ascending

    def __post_init__(self) -> None:
        self.reach = list(accumulate(map(weight, self.text)))
        inside = {at for atom in _ATOM.finditer(self.text) for at in range(atom.start() + 1, atom.end())}
        self.stops = [at for at in range(len(self.text) + 1) if at not in inside]

    @property
    def weight(self) -> float:
        return self.reach[-1] if self.reach else 0.0

    def add_words(self, words: WordTimes) -> None:
        self.words += zip(words.words, words.starts, words.ends, strict=True)

    def heard(self, played: float, rate: float) -> str:
        """The text heard after `played` < `seconds` of this clause; `rate` = seconds per unit of weight."""
        whole = max(self.seconds, self.weight * rate) if self.open else self.seconds
        length = self._length_at(played, whole)
        return self.text[: self.stops[bisect_right(self.stops, length) - 1]]

    def _length_at(self, played: float, whole: float) -> int:
        left, left_time, right, right_time = 0, 0.0, len(self.text), whole
        for at, time in self._anchors():
            if time > played + _EPSILON:
                right, right_time = at, time
                break
            left, left_time = at, time
        start = self._reach(left)
        share = min(1.0, (played - left_time) / max(right_time - left_time, _EPSILON))
        reached = start + (self._reach(right) - start) * share
        return max(left, min(right, bisect_right(self.reach, reached + _EPSILON)))

    def _reach(self, length: int) -> float:
        return self.reach[length - 1] if length else 0.0

    def _anchors(self) -> list[tuple[int, float]]:
        """(characters, seconds) known from word times, ascending in both.

        Words that are not in the text (the voice said 一百 for 100) are left out.
        """
        anchors: list[tuple[int, float]] = []
        text, at, last = self.text.lower(), 0, 0.0
        for word, start, end in self.words:
            found = text.find(word.lower(), at, at + len(word) + _SCAN) if word.strip() else -1
            if found < 0 or start < last or end < start:
                continue
            at, last = found + len(word), end
            anchors += [(found, start), (at, end)]
        return anchors


class Heard:
    """What the caller has heard of a reply. Seconds are of playout, from the reply's first sample."""

    def __init__(self) -> None:
        self._clauses: list[_Clause] = []

    def add(self, text: str, seconds: float, words: WordTimes | None = None) -> None:
        """The next clause and how long it sounds; 0 if its audio is still to come, by `grow`.

        `words` count their seconds from the start of this clause's audio.
        """
        self.finish()
        clause = _Clause(text, seconds, open=seconds == 0)
        self._clauses.append(clause)
        if words:
            clause.add_words(words)

    def grow(self, seconds: float, words: WordTimes | None = None) -> None:
        """`seconds` more audio of the last clause, and more of its words.

        Until `finish` or the next `add` its end is unknown: the speed of the earlier clauses then tells how
        much of its text is still to come.
        """
        clause = self._clauses[-1]
        clause.seconds += seconds
        clause.open = True
        if words:
            clause.add_words(words)

    def finish(self) -> None:
        """The last clause has all its audio."""
        if self._clauses:
            self._clauses[-1].open = False

    @property
    def total_seconds(self) -> float:
        """All audio so far."""
        return sum(clause.seconds for clause in self._clauses)

    def complete(self, played_seconds: float) -> bool:
        """Whether all audio so far has been played."""
        return played_seconds >= self.total_seconds - _EPSILON

    def heard(self, played_seconds: float) -> str:
        """The text heard after so many seconds, rounded down to a whole Latin word or number.

        Once all audio so far has been played it is the whole text.
        """
        if played_seconds <= 0:
            return ""
        rate, left, said = self._rate(), played_seconds, ""
        for clause in self._clauses:
            if left < clause.seconds - _EPSILON:
                return said + clause.heard(max(left, 0.0), rate)
            said += clause.text
            left -= clause.seconds
        return said

    def _rate(self) -> float:
        """Seconds per unit of weight in the clauses whose audio is whole."""
        whole = [clause for clause in self._clauses if not clause.open and clause.seconds > 0]
        units = sum(clause.weight for clause in whole)
        return sum(clause.seconds for clause in whole) / units if units else SECONDS_PER_UNIT
