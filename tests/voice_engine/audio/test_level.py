import numpy as np
import pytest

from voice_engine.audio import level


def test_a_full_square_wave_is_at_zero():
    square = np.array([32767, -32768] * 80, "<i2").tobytes()

    assert level.db(square) == pytest.approx(0.0, abs=0.01)


def test_a_tenth_of_the_amplitude_is_twenty_db_less():
    loud = np.array([20000, -20000] * 80, "<i2").tobytes()

    assert level.db(loud) - level.db(level.gain(loud, 0.1)) == pytest.approx(20, abs=0.01)


@pytest.mark.parametrize("pcm", [b"", bytes(320)])
def test_silence_has_a_floor(pcm):
    assert level.db(pcm) == level.SILENCE_DB


def test_gain_clips():
    pcm = np.array([20000, -20000], "<i2").tobytes()

    assert np.frombuffer(level.gain(pcm, 2), "<i2").tolist() == [32767, -32768]
