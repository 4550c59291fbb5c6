"""A voice activity detector of arithmetic: loud against an adapting noise floor.

For tests and tiny installations. It takes music and a slammed door for speech; use silero for people.
"""

import math

from voice_engine.audio.level import db

WINDOW = 320  # samples at 16 kHz
_FIRST_FLOOR_DB = -55.0
_LOWEST_FLOOR_DB = -70.0
_HALF_SURE_DB = 10.0  # above the floor
_STEEPNESS_DB = 2.0
_FALL = 0.3  # of the way down to a softer window
_RISE_DB = 3.0 * WINDOW / 16000  # 3 dB per second: a new fan is learnt in seconds, a long vowel is not
_DECAY = 0.75  # per window: bridges the closures inside words


class EnergyVad:
    """Needs nothing."""

    def stream(self) -> "EnergyStream":
        """State for one caller."""
        return EnergyStream()


class EnergyStream:
    """One caller's noise floor."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._floor = _FIRST_FLOOR_DB
        self._probability = 0.0

    def probability(self, pcm: bytes) -> float:
        """How surely 16 kHz mono PCM holds speech, 0..1: the newest complete window's value."""
        self._waiting += pcm
        while len(self._waiting) >= 2 * WINDOW:
            self._hear(db(bytes(self._waiting[: 2 * WINDOW])))
            del self._waiting[: 2 * WINDOW]
        return self._probability

    def _hear(self, level: float) -> None:
        above = level - self._floor - _HALF_SURE_DB
        sure = 1 / (1 + math.exp(-max(-40.0, min(40.0, above / _STEEPNESS_DB))))
        self._probability = max(sure, self._probability * _DECAY)
        if level < self._floor:
            self._floor = max(_LOWEST_FLOOR_DB, self._floor + _FALL * (level - self._floor))
        else:
            self._floor = min(level, self._floor + _RISE_DB)
