"""Sounds to lie under a conversation, made of arithmetic: nobody's rights, the same on every machine.

All of it is periodic by construction (circular noise, whole cycles, notes that ring on into the beginning),
so it loops without a seam.
"""

from collections.abc import Callable

import numpy as np

from voice_engine.audio.mix import pcm16

OFFICE_S = 16
MUSIC_S = 16
_PEAK = 12_000.0  # the loudest sample; whoever uses the sound sets its level

# Hold music: four bars of broken chords, MIDI notes. C – Am – F – G, a lullaby's harmony.
_CHORDS = ((48, 55, 60, 64), (45, 52, 57, 60), (41, 48, 53, 57), (43, 50, 55, 59))
_PATTERN = (0, 2, 3, 2, 1, 2, 3, 2)


def office(rate: int) -> bytes:
    """An open-plan office: air conditioning, far voices without words, a keyboard now and then. PCM16."""
    count = OFFICE_S * rate
    dice = np.random.default_rng(711)
    air = _noise(dice, count, rate, lambda hz: 1 / np.maximum(hz, 60.0) * (hz < 2500))
    voices = sum(_murmur(dice, count, rate, pitch) for pitch in (140, 190, 230))
    keys = _keyboard(dice, count, rate)
    return _scaled(air + 0.55 * voices + 0.9 * keys)


def music(rate: int) -> bytes:
    """Quiet hold music: broken chords of a soft bell. PCM16 mono."""
    count = MUSIC_S * rate
    sound = np.zeros(count)
    bar, step = count // len(_CHORDS), count // (len(_CHORDS) * len(_PATTERN))
    for number, chord in enumerate(_CHORDS):
        _ring(sound, number * bar, _bell(chord[0], rate, 3.6), 0.8)
        for at, voice in enumerate(_PATTERN):
            _ring(sound, number * bar + at * step, _bell(chord[voice] + 12, rate, 1.8), 0.5)
    return _scaled(sound)


def _noise(
    dice: np.random.Generator, count: int, rate: int, shape: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Circular noise whose amplitude at each frequency is `shape(hz)`; root mean square 1."""
    hz = np.fft.rfftfreq(count, 1 / rate)
    waves = shape(hz) * np.exp(2j * np.pi * dice.random(len(hz)))
    waves[0] = 0
    sound = np.fft.irfft(waves, count)
    return sound / np.sqrt(np.mean(sound**2))


def _murmur(dice: np.random.Generator, count: int, rate: int, pitch: float) -> np.ndarray:
    """Somebody talks in another room: noise of a voice's colour that comes and goes like syllables."""
    colour = _noise(dice, count, rate, lambda hz: np.exp(-(((hz - 3 * pitch) / (2 * pitch)) ** 2)))
    at = np.arange(count) / count
    syllables = 1 + np.sin(2 * np.pi * (dice.integers(50, 75) * at + dice.random()))
    phrases = np.maximum(0.0, np.sin(2 * np.pi * (dice.integers(3, 6) * at + dice.random())))
    return np.asarray(colour * syllables * phrases / 2)


def _keyboard(dice: np.random.Generator, count: int, rate: int) -> np.ndarray:
    sound = np.zeros(count)
    length = int(0.03 * rate)
    decay = np.exp(-np.arange(length) / (0.006 * rate))
    for burst in dice.random(5):
        for stroke in np.cumsum(0.11 + 0.12 * dice.random(int(dice.integers(4, 12)))):
            click = dice.standard_normal(length) * decay
            _ring(sound, int((burst * OFFICE_S + stroke) * rate), click, 0.6 + 0.4 * dice.random())
    return sound


def _bell(note: int, rate: int, seconds: float) -> np.ndarray:
    hz = 440 * 2 ** ((note - 69) / 12)
    at = np.arange(int(seconds * rate)) / rate
    attack = np.minimum(1.0, at / 0.02)
    tones = np.sin(2 * np.pi * hz * at) + 0.3 * np.sin(4 * np.pi * hz * at)
    return np.asarray(attack * np.exp(-2.5 * at) * tones)


def _ring(sound: np.ndarray, at: int, note: np.ndarray, loud: float) -> None:
    """Add `note` from sample `at` on; what goes past the end sounds at the beginning."""
    places = (at + np.arange(len(note))) % len(sound)
    sound[places] += loud * note


def _scaled(sound: np.ndarray) -> bytes:
    return pcm16(sound * (_PEAK / np.abs(sound).max()))
