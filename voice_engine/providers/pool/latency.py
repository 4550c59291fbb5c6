"""How long this vendor takes, and therefore how long to wait for it before asking another. Pure."""

from collections import deque
from dataclasses import dataclass

WINDOW = 64
ENOUGH = 8
MARGIN = 1.3


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds. `start` until enough is known; `cap` at most, except for a vendor whose median is slower:
    for that one `patience`, because asking it again would not be faster."""

    start: float
    cap: float
    patience: float
    floor: float = 0.15


LLM = Bounds(start=0.7, cap=0.7, patience=3.0)
TTS = Bounds(start=0.9, cap=0.9, patience=2.5)
STT = Bounds(start=1.5, cap=1.5, patience=3.0, floor=0.5)


class Latency:
    """The newest WINDOW waits, in seconds."""

    __slots__ = ("_bounds", "_deadline", "_waits")

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._waits: deque[float] = deque(maxlen=WINDOW)
        self._deadline: float | None = bounds.start

    def add(self, seconds: float) -> None:
        """It took so long, or at least so long if it was given up."""
        self._waits.append(seconds)
        self._deadline = None

    def quantile(self, share: float) -> float | None:
        """p50 is quantile(0.5); None before anything is known."""
        if not self._waits:
            return None
        ordered = sorted(self._waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def slow(self) -> bool:
        """Whether this vendor is usually slower than anybody should be made to wait."""
        median = self.quantile(0.5)
        return len(self._waits) >= ENOUGH and median is not None and median > self._bounds.cap

    @property
    def deadline(self) -> float:
        """Seconds after which another vendor is asked beside this one."""
        if self._deadline is None:
            self._deadline = self._judge()
        return self._deadline

    def _judge(self) -> float:
        late = self.quantile(0.95)
        if late is None or len(self._waits) < ENOUGH:
            return self._bounds.start
        most = self._bounds.patience if self.slow else self._bounds.cap
        return min(max(late * MARGIN, self._bounds.floor), most)
