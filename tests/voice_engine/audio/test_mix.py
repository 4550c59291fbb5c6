"""Two sounds at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.audio.level import db
from voice_engine.audio.mix import add, levelled, looped

PCM = st.lists(st.integers(-32768, 32767), min_size=1, max_size=50)


def pcm(samples: list[int]) -> bytes:
    return np.array(samples, "<i2").tobytes()


@given(st.lists(st.tuples(st.integers(-32768, 32767), st.integers(-32768, 32767)), min_size=1, max_size=50))
def test_a_sum_is_clipped_and_never_wraps(pairs: list[tuple[int, int]]):
    above, below = [a for a, _ in pairs], [b for _, b in pairs]

    mixed = add(pcm(above), np.array(below, np.int16))

    assert mixed == pcm([max(-32768, min(32767, a + b)) for a, b in pairs])


def test_a_sound_is_made_as_loud_as_wanted():
    sound = pcm([8000, -8000] * 800)

    assert abs(db(levelled(sound, -30.0)) + 30.0) < 0.1
    assert levelled(bytes(100), -30.0) == bytes(100)
    assert levelled(b"", -30.0) == b""


def test_a_loop_has_no_step_at_its_seam():
    ramp = list(range(-10_000, 10_000, 20))

    loop = np.frombuffer(looped(pcm(ramp), 100), "<i2").astype(int)

    assert len(loop) == len(ramp) - 100
    assert abs(loop[0] - loop[-1]) < 400


@given(PCM, st.integers(0, 100))
def test_a_short_sound_can_be_looped_too(samples: list[int], overlap: int):
    assert len(looped(pcm(samples), overlap)) <= 2 * len(samples)
