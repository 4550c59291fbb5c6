"""When is a dead child started again? Deaths and the time go in, a pause comes out."""

from collections import deque
from dataclasses import dataclass, field

FIRST_PAUSE = 0.25  # s
LONGEST_PAUSE = 8.0  # s
LOOP_DEATHS = 5  # this many …
LOOP_WINDOW = 60.0  # … within this many seconds is a crash loop
LOOP_PAUSE = 60.0  # s. Then it is tried once a minute: what is wrong may be put right meanwhile.


@dataclass(frozen=True, slots=True)
class Restart:
    """Start again after `pause` seconds. `looping` the first time a crash loop is recognised."""

    pause: float
    looping: bool = False


@dataclass(slots=True)
class RestartPolicy:
    """One child's record."""

    _deaths: deque[float] = field(default_factory=lambda: deque(maxlen=LOOP_DEATHS))
    _looping: bool = False

    def died(self, now: float) -> Restart:
        """The child ended without being asked to."""
        if self._deaths and now - self._deaths[-1] > LOOP_PAUSE + LOOP_WINDOW:  # it lived well meanwhile
            self._deaths.clear()
            self._looping = False
        self._deaths.append(now)
        if self._looping:
            return Restart(LOOP_PAUSE)
        recent = sum(now - death <= LOOP_WINDOW for death in self._deaths)
        if recent == LOOP_DEATHS:
            self._looping = True
            return Restart(LOOP_PAUSE, looping=True)
        return Restart(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (recent - 1)))
