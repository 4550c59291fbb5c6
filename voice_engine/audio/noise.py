"""How loud is it here when nobody speaks? The softest moment of the last seconds. Pure.

Speech is full of gaps, a fan has none: what is never undercut for `span` windows is the room itself.
"""

from voice_engine.audio.level import power

BLOCKS = 6
FIRST_DB = -60.0  # dBFS: a quiet line, until we know better


class NoiseFloor:
    """Minimum statistics over powers (0…1): falls at once, rises when `span` windows were louder."""

    def __init__(self, span: int) -> None:
        self._block = max(1, span // BLOCKS)
        self.power = power(FIRST_DB)
        self._least = [self.power] * BLOCKS
        self._softest = 1.0
        self._age = 0.0

    def hear(self, loudness: float, weight: float = 1.0) -> None:
        """The next window. A `weight` below 1 makes the floor rise more slowly, not fall."""
        if loudness < self._softest:
            self._softest = loudness
            self.power = min(self.power, loudness)
        self._age += weight
        if self._age >= self._block:
            self._least = [*self._least[1:], self._softest]
            self.power, self._softest, self._age = min(self._least), 1.0, 0.0
