"""What lies under a conversation: a loop of background sound that steps back while the agent speaks. Pure.

Where the loop stands follows from the slot's place on the timeline, so whatever is taken back and sent again
sounds as if nothing had happened.
"""

from functools import cache

import numpy as np

from voice_engine.audio import ambience
from voice_engine.audio.mix import add, levelled, looped, pcm16
from voice_engine.kernel.errors import BadRequest

SLOTS_PER_S = 50
LEVEL_DB = -34.0  # of the bed alone
DUCKED = 0.35  # of it under the agent: 9 dB less
_DOWN_SLOTS, _UP_SLOTS = 3, 25  # the agent's first word is clear; the room comes back slowly
_SEAM_S = 0.05
LONGEST_S = 60

OWN = {"office": ambience.office, "music": ambience.music}


class Bed:
    """A loop at `rate` Hz, made ready once and shared by all calls. 16-bit mono."""

    def __init__(self, pcm: bytes, rate: int, *, seamless: bool = False) -> None:
        """`pcm` is levelled, cut to a minute and joined to itself unless it is `seamless`.

        Raises BadRequest `background_too_short` for less than a second.
        """
        if len(pcm) < 2 * rate:
            raise BadRequest("background_too_short", "A background sound needs at least one second of sound.")
        pcm = pcm[: 2 * rate * LONGEST_S]
        sound = levelled(pcm if seamless else looped(pcm, int(_SEAM_S * rate)), LEVEL_DB)
        self._size = rate // SLOTS_PER_S * 2
        self._slots = len(sound) // self._size
        self._loud = sound[: self._slots * self._size]
        self._soft = (np.frombuffer(self._loud, "<i2") * DUCKED).astype(np.int16)
        self.ramp = np.linspace(0.0, 1.0, self._size // 2, endpoint=False)

    def loud(self, index: int) -> bytes:
        """Slot `index` at full level."""
        at = index % self._slots * self._size
        return self._loud[at : at + self._size]

    def soft(self, index: int) -> np.ndarray:
        """Slot `index` ducked."""
        at = index % self._slots * (self._size // 2)
        return self._soft[at : at + self._size // 2]


class Backdrop:
    """One call's bed, and how far it has stepped back."""

    def __init__(self, bed: Bed) -> None:
        self._bed = bed
        self._level = 1.0  # 0 = ducked, 1 = at full level

    def alone(self, index: int) -> bytes:
        """Slot `index` while nobody speaks."""
        if self._level >= 1.0:
            return self._bed.loud(index)
        return pcm16(self._fading(index, min(1.0, self._level + 1 / _UP_SLOTS)))

    def under(self, pcm: bytes, index: int) -> bytes:
        """Slot `index` beneath the agent's sound."""
        if self._level <= 0.0:
            return add(pcm, self._bed.soft(index))
        sound = self._fading(index, max(0.0, self._level - 1 / _DOWN_SLOTS))
        return add(pcm, sound.astype(np.int16))

    def _fading(self, index: int, level: float) -> np.ndarray:
        begin, end = (DUCKED + (1 - DUCKED) * at for at in (self._level, level))
        self._level = level
        sound = np.frombuffer(self._bed.loud(index), "<i2")
        return np.asarray(sound * (begin + (end - begin) * self._bed.ramp))


@cache
def own_bed(name: str, rate: int) -> Bed:
    """One of our own (a name in OWN) at `rate` Hz. The first time takes some 100 ms: call it in a thread."""
    return Bed(OWN[name](rate), rate, seamless=True)
