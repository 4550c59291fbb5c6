import numpy as np
import pytest

from voice_engine.audio import level


def test_a_full_square_wave_is_at_zero():
    square = np.array([32767, -32768] * 80, "<i2").tobytes()

    assert level.db(square) == pytest.approx(0.0, abs=0.01)


def test_a_tenth_of_the_amplitude_is_twenty_db_less():
    loud, soft = (np.array([size, -size] * 80, "<i2").tobytes() for size in (20000, 2000))

    assert level.db(loud) - level.db(soft) == pytest.approx(20, abs=0.01)


@pytest.mark.parametrize("pcm", [b"", bytes(320)])
def test_silence_has_a_floor(pcm):
    assert level.db(pcm) == level.SILENCE_DB
