"""How often may this vendor be asked? A token bucket whose rate follows the vendor's success. Pure.

Under 80 % success the rate falls to four fifths of what was really asked, over 99 % it grows by a fifth. Who
has no token is passed over, not waited for.
"""

CEILING, FLOOR = 100.0, 0.5  # requests a second: more than a full process needs; enough to see it recover
WINDOW_S, ENOUGH = 10.0, 5  # a judgement needs so long and so many outcomes
OLD_S = 60.0  # outcomes this far apart say nothing about a rate
POOR, GOOD = 0.8, 0.99
SLOWER, FASTER = 0.8, 1.2


class Bucket:
    """One vendor's model under one key. `now` never goes back."""

    __slots__ = ("_at", "_ceiling", "_floor", "_good", "_outcomes", "_since", "_taken", "_tokens", "rate")

    def __init__(self, ceiling: float = CEILING, floor: float = FLOOR) -> None:
        self._ceiling, self._floor = ceiling, floor
        self.rate = ceiling  # requests a second
        self._tokens = self._burst
        self._at: float | None = None
        self._since: float | None = None
        self._taken = self._outcomes = self._good = 0

    def has(self, now: float) -> bool:
        """Whether a request may be made."""
        elapsed = now - self._at if self._at is not None else 0.0
        return self._tokens + elapsed * self.rate >= 1.0

    def take(self, now: float) -> None:
        """A request is made, even without a token when there was nobody else to ask."""
        self._fill(now)
        self._tokens = max(0.0, self._tokens - 1.0)
        if self._since is None or now - self._since > OLD_S:
            self._begin(now)
        self._taken += 1

    def learn(self, now: float, *, good: bool) -> None:
        """A request came to its end."""
        if self._since is None:
            self._begin(now)
        assert self._since is not None
        self._outcomes += 1
        self._good += good
        elapsed = now - self._since
        if elapsed >= WINDOW_S and self._outcomes >= ENOUGH:
            self._judge(self._good / self._outcomes, self._taken / elapsed, now)

    @property
    def _burst(self) -> float:
        return max(1.0, self.rate)  # a second's worth

    def _judge(self, success: float, asked: float, now: float) -> None:
        self._fill(now)
        if success < POOR:
            self.rate = max(self._floor, min(self.rate, asked) * SLOWER)
        elif success > GOOD:
            self.rate = min(self._ceiling, self.rate * FASTER)
        self._tokens = min(self._tokens, self._burst)
        self._begin(now)

    def _begin(self, now: float) -> None:
        self._since = now
        self._taken = self._outcomes = self._good = 0

    def _fill(self, now: float) -> None:
        if self._at is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
