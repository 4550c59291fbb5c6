"""How often may a recogniser be started again, and how soon? Pure."""

from collections import deque

MOST, WITHIN_S = 6, 60.0
PAUSES_S = (0.0, 0.1, 0.3, 0.6, 1.0)


class Restarts:
    """One call's budget."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=MOST)

    def pause(self, now: float) -> float | None:
        """Seconds to wait before the next start; None when there have been too many."""
        recent = [at for at in self._times if now - at < WITHIN_S]
        if len(recent) >= MOST:
            return None
        self._times.append(now)
        return PAUSES_S[min(len(recent), len(PAUSES_S) - 1)]
