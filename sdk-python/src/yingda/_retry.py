"""When is a request sent again, and after how long? Facts and the time go in, a decision comes out."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_S, LONGEST_S = 0.5, 8.0  # full jitter below these
LONGEST_ASKED_S = 60.0  # a server that asks for more is not waited for
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
AGAIN_IF_BUSY = frozenset({"idempotency_in_progress", "write_conflict"})  # codes of a 409


@dataclass
class Attempts:
    """Of one request. Every attempt of a write carries the same Idempotency-Key, so that all may be repeated.

    `deadline` is a time of the clock that `now` is told in, or None.
    """

    retries: int
    timeout: float
    deadline: float | None = None
    jitter: Callable[[float, float], float] = random.uniform
    made: int = field(default=0, init=False)

    def time_left(self, now: float) -> float:
        """Seconds that the next attempt may take; not positive when the deadline has passed."""
        return self.timeout if self.deadline is None else min(self.timeout, self.deadline - now)

    def after_failure(self, now: float) -> float | None:
        """Seconds to wait after an attempt without an answer; None if it was the last."""
        return self._pause(None, now)

    def after_answer(self, status: int, code: str, headers: Mapping[str, str], now: float) -> float | None:
        """Seconds to wait after an answer; None if it is to be taken as it is."""
        if status not in AGAIN and not (status == 409 and code in AGAIN_IF_BUSY):
            return None
        return self._pause(asked(headers), now)

    def _pause(self, asked_s: float | None, now: float) -> float | None:
        self.made += 1
        if self.made > self.retries or (asked_s is not None and asked_s > LONGEST_ASKED_S):
            return None
        most = min(LONGEST_S, FIRST_S * 2 ** (self.made - 1))
        pause = self.jitter(0, most) + (asked_s or 0)
        return pause if self.deadline is None or now + pause < self.deadline else None


def asked(headers: Mapping[str, str], wall: datetime | None = None) -> float | None:
    """Seconds that `Retry-After` asks for, given as a number or as a date; None if it does not."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until - (wall or datetime.now(UTC))).total_seconds())
