"""A vendor's share of the work, by how often it succeeds. Pure."""

SAMPLE = 20  # calls between two judgements
LESS_BELOW, MORE_ABOVE = 0.8, 0.99
LESS, MORE = 0.8, 1.2
LEAST, MOST = 0.05, 1.0


class Rate:
    """`weight` sinks while the vendor fails and rises again when it recovers."""

    __slots__ = ("_calls", "_good", "weight")

    def __init__(self) -> None:
        self.weight = MOST
        self._calls = self._good = 0

    def add(self, *, good: bool) -> None:
        """One call is over."""
        self._calls += 1
        self._good += good
        if self._calls < SAMPLE:
            return
        share = self._good / self._calls
        self._calls = self._good = 0
        if share < LESS_BELOW:
            self.weight = max(LEAST, self.weight * LESS)
        elif share > MORE_ABOVE:
            self.weight = min(MOST, self.weight * MORE)
