"""How loud is it here when nobody speaks, and what is louder than that? Pure.

Speech is full of gaps, a fan has none: what is never undercut for some seconds is the room itself. All values
are powers: mean squares relative to full scale, 0…1.
"""

from voice_engine.audio.level import power

LEAST = power(-58.0)  # softer than that is the hiss of a line
ABOVE_NOISE = 2.5  # 4 dB over the room's softest moment; white noise itself stays within 3.5
BELOW_VOICE = power(-27.0)  # of the speaker's own mean power: soft syllables are louder, the next room is not

_FIRST = power(-60.0)
_BLOCKS = 6


def loud_above(noise: float, voice: float) -> float:
    """The power from which on a sound of 10 ms counts, in this room, beside this voice (0 = unknown)."""
    return max(LEAST, noise * ABOVE_NOISE, voice * BELOW_VOICE)


class NoiseFloor:
    """Minimum statistics: falls at once, rises when `span` windows were louder, at first after a few."""

    def __init__(self, span: int) -> None:
        self._block = max(1, span // _BLOCKS)
        self.power = _FIRST
        self._least: list[float] = []
        self._softest = 1.0
        self._age = 0.0

    def hear(self, loudness: float, weight: float = 1.0) -> None:
        """The next window. A `weight` below 1 makes the floor rise more slowly, not fall."""
        if loudness < self._softest:
            self._softest = loudness
            self.power = min(self.power, loudness)
        self._age += weight
        if self._age >= self._block:
            self._least = [*self._least[1 - _BLOCKS :], self._softest]
            self.power, self._softest, self._age = min(self._least), 1.0, 0.0
