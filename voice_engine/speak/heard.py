"""How much of a reply the caller has heard: playout seconds in, a prefix of the spoken text out."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import Match, SequenceMatcher
from itertools import accumulate

from voice_engine.providers.base import WordTimes

SECONDS_PER_UNIT = 0.21  # a Chinese voice at its own speed, until this voice's clauses show better
_EPSILON = 1e-6
_MEMORY_UNITS = 400.0  # what a voice said longer ago than this counts half
_COMPARED = 200  # characters; comparing a.a.a.… with how it is said takes 50 ms then, and 2 s at 4,000
_SCAN = 24  # characters searched for the next word of the voice's word times

# A Latin word or a number, whole: with its decimals, apostrophes, hyphens, dots and colons inside.
_LATIN = r"[^\W_\u3007\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+"
_ATOM = re.compile(rf"{_LATIN}(?:['’.,:/@_%-]{_LATIN})*")
_GLYPH = re.compile("[\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")  # a syllable each


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
class Pace:
    """How fast a voice speaks, learned from what it has said. Shared by all replies of a voice."""

    seconds: float = 0.0
    units: float = 0.0

    def learn(self, units: float, seconds: float) -> None:
        """So much text (in Chinese syllables) took so long; what is older counts less and less."""
        if self.units > _MEMORY_UNITS:
            self.seconds, self.units = self.seconds / 2, self.units / 2
        self.seconds += seconds
        self.units += units

    @property
    def rate(self) -> float:
        """Seconds per unit."""
        return self.seconds / self.units if self.units else SECONDS_PER_UNIT


@dataclass(slots=True)
class _Clause:
    text: str
    spoken: str
    seconds: float
    open: bool = False  # more audio may come
    aside: bool = False
    words: list[tuple[str, float, float]] = field(default_factory=list)
    reach: list[float] = field(init=False)  # weight of what is spoken, up to and with each character
    ends: list[float] = field(init=False)  # weight that must have sounded for each length of the text
    stops: list[int] = field(init=False)  # lengths at which the text may be cut, ascending

    def __post_init__(self) -> None:
        self.reach = list(accumulate(map(weight, self.spoken)))
        self.ends = _aligned(self.text, self.spoken, self.reach)
        inside = {at for atom in _ATOM.finditer(self.text) for at in range(atom.start() + 1, atom.end())}
        self.stops = [at for at in range(len(self.text) + 1) if at not in inside]

    @property
    def weight(self) -> float:
        return self.reach[-1] if self.reach else 0.0

    def add_words(self, words: WordTimes) -> None:
        self.words += zip(words.words, words.starts, words.ends, strict=True)

    def whole(self, rate: float) -> float:
        """Seconds that all of it will last; `rate` = seconds per unit of weight."""
        return max(self.seconds, self.weight * rate) if self.open else self.seconds

    def cut_at(self, played: float, rate: float) -> int:
        """How many characters of the text were heard after `played` seconds of it."""
        if played <= 0:
            return 0
        length = bisect_right(self.ends, self._weight_at(played, self.whole(rate)) + _EPSILON) - 1
        return self.stops[bisect_right(self.stops, length) - 1]

    def time_of(self, length: int, rate: float) -> float:
        """When so many characters of the text have sounded: the inverse of `cut_at`."""
        marks = self._marks(self.whole(rate))
        target = self.ends[length]
        at = max(1, min(len(marks) - 1, bisect_left([reached for reached, _ in marks], target)))
        (low, begin), (high, end) = marks[at - 1], marks[at]
        return begin + (end - begin) * min(1.0, (target - low) / max(high - low, _EPSILON))

    def _weight_at(self, played: float, whole: float) -> float:
        if played >= whole - _EPSILON:  # a mark after the last word, which lasts to the end
            return self.weight
        marks = self._marks(whole)
        at = max(1, min(len(marks) - 1, bisect_right([time for _, time in marks], played + _EPSILON)))
        (low, begin), (high, end) = marks[at - 1], marks[at]
        return low + (high - low) * min(1.0, (played - begin) / max(end - begin, _EPSILON))

    def _marks(self, whole: float) -> list[tuple[float, float]]:
        """(weight, seconds) that are known: the beginning, the voice's words, the end. Ascending in both.

        Words that are not in what was spoken are left out.
        """
        marks, last = [(0.0, 0.0)], 0.0
        spoken, at = self.spoken.lower(), 0
        for word, start, end in self.words:
            found = spoken.find(word.lower(), at, at + len(word) + _SCAN) if word.strip() else -1
            if found < 0 or start < last or end < start or end > whole:
                continue
            at, last = found + len(word), end
            marks += [(self.reach[found - 1] if found else 0.0, start), (self.reach[at - 1], end)]
        return [*marks, (self.weight, whole)]


def _common(text: str, spoken: str) -> Sequence[Match]:
    if len(text) > _COMPARED:
        return [Match(len(text), len(spoken), 0)]
    return SequenceMatcher(None, text, spoken, autojunk=False).get_matching_blocks()


def _aligned(text: str, spoken: str, reach: Sequence[float]) -> list[float]:
    """For each length of `text`, the weight of `spoken` that says it.

    What both have in common is found exactly; what is said in other words is spread by the text's own weight,
    and what is only said ("dollars" for a sign) belongs to what stands before it. A text too
    long to be compared, while every call of the process waits, is spread as a whole.
    """
    if text == spoken:
        return [0.0, *reach]
    ends, done, said = [0.0], 0, 0.0
    for block in _common(text, spoken):
        upto = reach[block.b - 1] if block.b else 0.0
        if block.a == done and done:
            ends[-1] = upto
        gap = [*accumulate(weight(char) + _EPSILON for char in text[done : block.a])]
        ends += [said + (upto - said) * part / gap[-1] for part in gap]
        ends += reach[block.b : block.b + block.size]
        done, said = block.a + block.size, reach[block.b + block.size - 1] if block.b + block.size else 0.0
    return ends


class Heard:
    """What the caller has heard of a reply. Seconds are of playout, from the reply's first sample."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._clauses: list[_Clause] = []
        self._pace = pace or Pace()
        self._more: list[str] = []

    def add(self, text: str, seconds: float, words: WordTimes | None = None, *, spoken: str = "") -> None:
        """The next clause and how long it sounds; 0 if its audio is still to come, by `grow`.

        `spoken` is what the voice was given, if not the text itself; `words` are of that, and count their
        seconds from the start of this clause's audio.
        """
        self.finish()
        clause = _Clause(text, spoken or text, seconds, open=True)
        self._clauses.append(clause)
        if words:
            clause.add_words(words)
        if seconds:
            self.finish()

    def aside(self, text: str, seconds: float, *, spoken: str = "") -> None:
        """A sentence put in while the reply was waiting, whole: heard, but no part of the answer."""
        self.finish()
        self._clauses.append(_Clause(text, spoken or text, seconds, open=True, aside=True))
        self.finish()

    def grow(self, seconds: float, words: WordTimes | None = None) -> None:
        """`seconds` more audio of the last clause, and more of its words.

        Until `finish` or the next `add` its end is unknown: the voice's pace then tells how much of its text
        is still to come.
        """
        clause = self._clauses[-1]
        clause.seconds += seconds
        clause.open = True
        if words:
            clause.add_words(words)

    def extend(self, text: str) -> None:
        """More text of the last clause, which comes a little before or after its sound."""
        self._more.append(text)

    def _take_in(self) -> None:
        """Text that came in crumbs is measured when somebody asks: each time would cost more than it all."""
        if self._more and self._clauses:
            clause, more = self._clauses[-1], "".join(self._more)
            self._more.clear()
            whole = clause.text + more
            self._clauses[-1] = _Clause(whole, whole, clause.seconds, open=clause.open)

    @property
    def growing(self) -> bool:
        """Whether the last clause is the answer's own, and more of it may come."""
        return bool(self._clauses) and self._clauses[-1].open and not self._clauses[-1].aside

    def own_seconds(self, played_seconds: float) -> float:
        """How much of what was played is the answer's own sound, asides left out."""
        left, own = played_seconds, 0.0
        for clause in self._clauses:
            part = min(left, clause.seconds)
            left -= part
            own += 0.0 if clause.aside else part
        return own

    def finish(self) -> None:
        """The last clause has all its audio."""
        self._take_in()
        clause = self._clauses[-1] if self._clauses else None
        if clause and clause.open:
            clause.open = False
            if clause.seconds and clause.weight:
                self._pace.learn(clause.weight, clause.seconds)

    @property
    def sounding(self) -> bool:
        """Whether some of the last clause's audio is there, and more may come."""
        return bool(self._clauses) and self._clauses[-1].open and self._clauses[-1].seconds > 0

    def break_off(self) -> tuple[str, float]:
        """The last clause's audio ends too soon: the text still unsaid, and the seconds of a word half said.

        The clause keeps the text that its audio covers, whole words. Tell `trim` how much of the half word
        could be taken back.
        """
        clause = self._clauses[-1]
        rate = self._pace.rate
        length = clause.cut_at(clause.seconds, rate)
        rest = clause.text[length:]
        surplus = max(0.0, clause.seconds - clause.time_of(length, rate)) if rest else 0.0
        kept = clause.text[:length]
        self._clauses[-1] = _Clause(kept, kept, clause.seconds, aside=clause.aside)
        return rest, surplus

    def trim(self, seconds: float) -> None:
        """The last `seconds` of audio will not be played."""
        self._clauses[-1].seconds = max(0.0, self._clauses[-1].seconds - seconds)

    @property
    def total_seconds(self) -> float:
        """All audio so far."""
        return sum(clause.seconds for clause in self._clauses)

    def complete(self, played_seconds: float) -> bool:
        """Whether all audio so far has been played."""
        return played_seconds >= self.total_seconds - _EPSILON

    def heard(self, played_seconds: float) -> str:
        """The text heard after so many seconds, rounded down to a whole Latin word or number.

        Once all audio of a finished reply has been played it is the whole text.
        """
        said, beside = "", False
        for text, aside in self._parts(played_seconds):
            apart = (aside or beside) and _touch(said, text)
            said, beside = f"{said} {text}" if apart else said + text, aside
        return said

    def answered(self, played_seconds: float) -> str:
        """Like `heard`, without asides: what the model's own words were, for its history."""
        return "".join(text for text, aside in self._parts(played_seconds) if not aside)

    def _parts(self, played_seconds: float) -> Iterator[tuple[str, bool]]:
        if played_seconds <= 0:
            return
        self._take_in()
        left = played_seconds
        for clause in self._clauses:
            if clause.open or left < clause.seconds - _EPSILON:
                length = clause.cut_at(min(left, clause.seconds), self._pace.rate)
                yield clause.text[:length], clause.aside
                return
            yield clause.text, clause.aside
            left -= clause.seconds


def _touch(before: str, after: str) -> bool:
    """Whether a blank is missing between two sentences: Chinese is written without, Latin script with one."""
    ends, begins = before[-1:], after[:1]
    return ends.isascii() and begins.isascii() and not (ends + " ").isspace() and not (begins + " ").isspace()
