"""What a caller hears: a player without a jitter buffer, and what is measured at it. Pure.

Sound is heard when it arrives, or when what came before it has been played. Times are seconds of one
monotonic clock. Every reply sounds at a level of its own (plan.mark), so that old sound is told from new.
"""

from array import array
from dataclasses import dataclass, field

from voice_engine.bench.plan import mark

GAP_S = 0.04  # the player may run dry for so long before a reply counts as broken: a small jitter buffer


@dataclass(frozen=True, slots=True)
class Answer:
    """The first sound of a reply at the caller's ear."""

    asked: float  # the last voiced sample left the caller
    heard: float
    mark: int


@dataclass(slots=True)
class Heard:
    """Everything a caller has measured; seconds."""

    answers: list[Answer] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)  # from a cut-in's first sample to the last sound heard
    gaps: int = 0  # replies in which the player ran dry
    worst_gap: float = 0.0
    stale: float = 0.0  # sound of an interrupted reply that came after the server's flush
    missed: int = 0


class Ear:
    """One caller's. `rate` Hz, 16-bit mono."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self.heard = Heard()
        self.counting = True
        self._played_until = self._sounded_until = 0.0
        self._reply: int | None = None  # the mark of the reply that sounds, or sounded last
        self._broken = False
        self._asked: float | None = None
        self._cut_in: float | None = None
        self._cut_reply: int | None = None
        self._flushed = False

    @property
    def waiting_since(self) -> float | None:
        """When the last question ended, if it has not been answered."""
        return self._asked

    def asked(self, now: float) -> None:
        """A question has ended: what sounds next with another mark is its answer."""
        self._asked = now

    def gave_up(self) -> None:
        """Nobody answered."""
        self._asked = None
        if self.counting:
            self.heard.missed += 1

    def cut_in(self, now: float) -> None:
        """The caller begins to speak over the reply."""
        self._cut_in, self._cut_reply, self._flushed = now, self._reply, False

    def turn(self) -> None:
        """A new question begins; whatever was cut into is over."""
        self._settle()
        self._asked = None

    def clear(self, now: float) -> None:
        """The server flushes: nothing that has not been played will be."""
        self._played_until = min(self._played_until, now)
        self._sounded_until = min(self._sounded_until, now)
        self._flushed = True

    def sound(self, pcm: bytes, now: float) -> bool:
        """Sound arrives; says whether it is the first of an answer."""
        samples = array("h", pcm)
        lead = next((i for i, sample in enumerate(samples) if sample), None)
        begins, dry = max(now, self._played_until), now - self._played_until
        self._played_until = begins + len(samples) / self._rate
        if lead is None:
            return False
        which = mark(samples[lead])
        if which == self._cut_reply and self._flushed and self.counting:
            self.heard.stale += (len(samples) - lead) / self._rate
        answered = self._asked is not None and which != self._reply
        if answered:
            self._answered(begins + lead / self._rate, which)
        elif which == self._reply and self._cut_in is None:
            self._ran_dry(dry)
        self._reply, self._sounded_until = which, self._played_until
        return answered

    def _ran_dry(self, dry: float) -> None:
        if not self.counting or dry <= 0:
            return
        self.heard.worst_gap = max(self.heard.worst_gap, dry)
        if dry > GAP_S and not self._broken:
            self._broken = True
            self.heard.gaps += 1

    def _answered(self, heard: float, which: int) -> None:
        self._settle()
        if self._asked is not None and self.counting:
            self.heard.answers.append(Answer(self._asked, heard, which))
        self._asked, self._broken = None, False

    def _settle(self) -> None:
        """The interrupted reply is over for good: now it is known how long it could be heard."""
        if self._cut_in is not None and self.counting:
            self.heard.stops.append(max(0.0, self._sounded_until - self._cut_in))
        self._cut_in = self._cut_reply = None
