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
        while self._deaths and now - self._deaths[0] > LOOP_WINDOW:
            self._deaths.popleft()
            self._looping = False
        self._deaths.append(now)
        if self._looping:
            return Restart(LOOP_PAUSE)
        if len(self._deaths) == LOOP_DEATHS:
            self._looping = True
            return Restart(LOOP_PAUSE, looping=True)
        return Restart(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (len(self._deaths) - 1)))
