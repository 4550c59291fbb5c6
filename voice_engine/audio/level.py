"""How loud is it? In dB below full scale, so that 0 is the loudest square wave and −96 the softest bit."""

import math

import numpy as np

SILENCE_DB = -96.0


def rms(pcm: bytes) -> float:
    """Root mean square of PCM16, 0…32768; 0 for no samples."""
    if not pcm:
        return 0.0
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    return math.sqrt(float(np.dot(samples, samples)) / len(samples))


def db(pcm: bytes) -> float:
    """Level of PCM16 in dBFS, at least SILENCE_DB."""
    value = rms(pcm)
    return max(SILENCE_DB, 20 * math.log10(value / 32768)) if value else SILENCE_DB


def power(level_db: float) -> float:
    """The mean square, relative to full scale, of a sound at `level_db` dBFS."""
    return 10.0 ** (level_db / 10)


def powers(pcm: bytes, window: int) -> list[float]:
    """The mean square of each whole window of `window` samples of PCM16, relative to full scale (0…1)."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    scale = 1.0 / (window * 32768.0 * 32768.0)
    # One dot product after the other: for the two windows of a frame half the price of anything vectorised.
    return [
        float(part.dot(part)) * scale
        for at in range(window, len(samples) + 1, window)
        for part in (samples[at - window : at],)
    ]
