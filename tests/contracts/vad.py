"""What every voice activity detector must do. Subclass, give the fixture `vad`.

Speech here is espeak-ng's: clean and synthetic. It proves the plumbing, not the quality of a model.
"""

import numpy as np
import pytest

from tests.contracts.speech import RATE, speech
from voice_engine.providers.base import Vad, VadStream

FRAME = RATE // 50 * 2  # bytes of 20 ms


def noise(seconds: float, rms: float, seed: int = 1) -> bytes:
    """White noise as PCM16."""
    return (np.random.default_rng(seed).normal(0, rms, int(RATE * seconds))).astype("<i2").tobytes()


def hear(stream: VadStream, pcm: bytes, size: int = FRAME) -> list[float]:
    """The probability after each piece."""
    return [stream.probability(pcm[i : i + size]) for i in range(0, len(pcm), size)]


class VadContract:
    """A detector under test."""

    @pytest.fixture
    def vad(self) -> Vad:
        raise NotImplementedError("give the detector under test")

    @pytest.fixture
    def sentence(self) -> bytes:
        return speech("Good morning, I would like to book a table for two, please.")

    def test_a_probability_is_between_zero_and_one(self, vad: Vad, sentence: bytes):
        heard = hear(vad.stream(), noise(1, 50) + sentence + bytes(RATE))

        assert all(0 <= p <= 1 for p in heard)

    def test_speech_is_noticed_within_160_ms(self, vad: Vad, sentence: bytes):
        stream = vad.stream()
        hear(stream, noise(1, 30))

        assert max(hear(stream, sentence)[:8]) > 0.5

    def test_most_of_a_sentence_is_speech(self, vad: Vad, sentence: bytes):
        stream = vad.stream()
        hear(stream, noise(1, 30))

        heard = hear(stream, sentence)

        assert sum(p > 0.5 for p in heard) > 0.7 * len(heard)

    @pytest.mark.parametrize("rms", [0.0, 5.0, 30.0])
    def test_a_quiet_room_is_not_speech(self, vad: Vad, rms: float):
        assert max(hear(vad.stream(), noise(3, rms))[10:]) < 0.35

    def test_the_end_of_speech_is_noticed_within_300_ms(self, vad: Vad, sentence: bytes):
        stream = vad.stream()
        hear(stream, noise(1, 30) + sentence)

        assert max(hear(stream, noise(1, 30, seed=2))[15:]) < 0.35

    def test_callers_do_not_influence_each_other(self, vad: Vad, sentence: bytes):
        alone = hear(vad.stream(), sentence)

        talking, silent = vad.stream(), vad.stream()
        both = [
            (talking.probability(sentence[i : i + FRAME]), silent.probability(bytes(FRAME)))
            for i in range(0, len(sentence), FRAME)
        ]

        assert [a for a, _ in both] == alone
        assert max(b for _, b in both) < 0.35

    @pytest.mark.parametrize("size", [2, 320, 1024, 5000])
    def test_the_size_of_the_pieces_does_not_matter(self, vad: Vad, sentence: bytes, size: int):
        sound = sentence[: len(sentence) // 1024 * 1024]

        assert hear(vad.stream(), sound, size)[-1] == pytest.approx(hear(vad.stream(), sound)[-1], abs=0.02)

    def test_an_empty_piece_changes_nothing(self, vad: Vad, sentence: bytes):
        stream = vad.stream()
        before = hear(stream, sentence[: 32 * 1024])[-1]

        assert stream.probability(b"") == before
