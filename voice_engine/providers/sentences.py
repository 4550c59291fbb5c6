"""Vendor sentences → transcripts. Facts and the time go in, transcripts come out: no clock, no socket.

The vendor ends sentences by its own ear; each end is a final. A Flush (our ear: the speaker has stopped) is
answered by exactly one final too, by the deadline even if the vendor is late: then what was understood so
far becomes final, and the vendor's late end of that sentence brings only what goes beyond it.
"""

import re
from collections import deque
from dataclasses import dataclass

from voice_engine.kernel.errors import writable
from voice_engine.providers.base import Transcript

LONGEST = 20_000  # characters of a sentence: an hour of speech
SAME_BREATH_MS = 700  # a sentence that ended this short before a Flush is the one the Flush is about
_UNIT = re.compile(
    r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]|[^\W_\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]+"
)
_EDGES = " \t，。！？；、,.!?;…"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A vendor's newest view of one sentence: `text` is the whole of it, `final` if it will not change.

    `order` tells sentences apart and grows; times in ms of the sound sent. None = the vendor does not tell.
    """

    text: str
    final: bool
    order: float | None = None
    begin_ms: float | None = None
    end_ms: float | None = None


@dataclass(slots=True)
class _Flushed:
    """`at_ms` on the recognition's clock; `deadline` on ours, None until the recognition runs."""

    at_ms: float
    empty: bool
    deadline: float | None


class Sentences:
    """One recognition's results."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._running = False
        self._flushes: deque[_Flushed] = deque()
        self._held = ""  # sentences that ended while a Flush waits for a later one
        self._current = ""  # the open sentence as the vendor has it
        self._said_before = ""  # the part of it that a Flush has made final already
        self._shown = ""
        self._over: float | None = None  # number or begin of the sentence that ended last
        self.overdue = 0

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do."""
        return self._flushes[0].deadline if self._flushes else None

    def started(self, now: float) -> list[Transcript]:
        """The recognition runs: from now on the vendor may be late."""
        self._running = True
        for flush in self._flushes:
            flush.deadline = now + self._wait_s
        return []

    def flushed(self, at_ms: float, now: float, *, empty: bool) -> list[Transcript]:
        """The speaker has stopped; `empty` if nothing was sent since the last time."""
        if empty and not self._flushes:
            return [Transcript("", True)]
        self._flushes.append(_Flushed(at_ms, empty, now + self._wait_s if self._running else None))
        return []

    def heard(self, sentence: Sentence) -> list[Transcript]:
        """The vendor's newest view of the sentence it is at. Raises ValueError for an impossible one."""
        text = writable(sentence.text.strip())
        if len(text) > LONGEST:
            raise ValueError("a sentence that nobody could have said")
        if self._is_old(sentence):
            return []
        self.overdue = 0
        out = self._answer_until(sentence.begin_ms) if text and sentence.begin_ms is not None else []
        self._current = text
        if not sentence.final:
            return out + self._partial()
        self._over = sentence.order
        return out + self._ended(sentence.end_ms)

    def tick(self, now: float) -> list[Transcript]:
        """Finals for which the vendor is too late."""
        out: list[Transcript] = []
        while self._flushes and self._flushes[0].deadline is not None and now >= self._flushes[0].deadline:
            self.overdue += 1
            out += self._answer()
        return out

    def end(self) -> list[Transcript]:
        """Nothing more will come."""
        text = join(self._held, self._new_part())
        if not self._flushes:
            return [Transcript(text, True)] if text else []
        out = []
        while self._flushes:
            out += self._answer()
        return out

    def _is_old(self, sentence: Sentence) -> bool:
        return sentence.order is not None and self._over is not None and sentence.order <= self._over

    def _new_part(self) -> str:
        return beyond(self._said_before, self._current)

    def _partial(self) -> list[Transcript]:
        shown = join(self._held, self._new_part())
        if not shown or shown == self._shown:
            return []
        self._shown = shown
        return [Transcript(shown, False)]

    def _ended(self, end_ms: float | None) -> list[Transcript]:
        new, swallowed = self._new_part(), bool(self._said_before)
        self._held, self._current, self._said_before = join(self._held, new), "", ""
        if swallowed and not new:
            return []
        if not self._flushes:
            return self._final() if self._held else []
        if end_ms is None or end_ms >= self._flushes[0].at_ms - SAME_BREATH_MS:
            return self._answer()
        return self._partial()

    def _answer_until(self, begin_ms: float) -> list[Transcript]:
        out: list[Transcript] = []
        while self._flushes and self._flushes[0].at_ms <= begin_ms and not self._current:
            out += self._answer()
        return out

    def _answer(self) -> list[Transcript]:
        self._flushes.popleft()
        self._held = join(self._held, self._new_part())
        self._said_before = self._current
        out = self._final()
        while self._flushes and self._flushes[0].empty:
            self._flushes.popleft()
            out.append(Transcript("", True))
        return out

    def _final(self) -> list[Transcript]:
        text, self._held, self._shown = self._held, "", ""
        return [Transcript(text, True)]


def beyond(before: str, text: str) -> str:
    """What `text` adds to `before`, its earlier version: whole words, and at least two letters of them."""
    skip = len(_UNIT.findall(before))
    if not skip:
        return text
    units = list(_UNIT.finditer(text))
    if len(units) <= skip:
        return ""
    rest = text[units[skip].start() :]
    return rest if len(rest.strip(_EDGES)) >= 2 else ""


def join(left: str, right: str) -> str:
    """Two pieces of what was said: words are spaced, Han characters are not."""
    if left and right and left[-1].isascii() and right[0].isascii():
        return f"{left} {right}"
    return left + right
