"""How long this vendor takes, and therefore how long to wait for it before asking another. Pure."""

from collections import deque
from dataclasses import dataclass

WINDOW = 64
ENOUGH = 8
EVERY = 8  # waits between two judgements, which cost a sort
MARGIN = 1.3


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds. `start` until enough is known; `cap` at most, except for a vendor whose median is slower:
    for that one `patience`, because asking it again would not be faster."""

    start: float
    cap: float
    patience: float
    floor: float = 0.3  # a loop that lags must not be taken for a vendor that does


LLM = Bounds(start=0.7, cap=0.7, patience=3.0)
TTS = Bounds(start=0.9, cap=0.9, patience=2.5)
STT = Bounds(start=1.5, cap=1.5, patience=3.0, floor=0.5)


class Latency:
    """The newest WINDOW waits, in seconds."""

    __slots__ = ("_bounds", "_new", "_waits", "deadline", "slow", "typical")

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._waits: deque[float] = deque(maxlen=WINDOW)
        self._new = 0
        self.deadline = bounds.start  # seconds after which another vendor is asked beside this one
        self.typical = 0.0  # seconds, the median; 0 until enough is known
        self.slow = False  # whether it is usually slower than anybody should be made to wait

    def add(self, seconds: float) -> None:
        """It took so long, or at least so long if it was given up."""
        self._waits.append(seconds)
        self._new += 1
        if self._new >= EVERY:
            self._new = 0
            self._judge()

    def _judge(self) -> None:
        if len(self._waits) < ENOUGH:
            return
        waits, bounds = sorted(self._waits), self._bounds
        self.typical = _quantile(waits, 0.5)
        self.slow = self.typical > bounds.cap
        most = bounds.patience if self.slow else bounds.cap
        self.deadline = min(max(_quantile(waits, 0.95) * MARGIN, bounds.floor), most)


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
