"""The E-model: what delay and loss do to a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.audio.mos import BEST_MOS, G711, G711_CONCEALED, WORST_MOS, Codec, mos, rating

delays = st.floats(0, 5)
losses = st.floats(0, 1)
codecs = st.sampled_from([G711, G711_CONCEALED, Codec(11, 19)])


def test_a_perfect_line_has_the_rating_of_the_standards_defaults():
    assert rating(0, 0) == 93.2
    assert mos(0, 0) == pytest.approx(4.41, abs=0.005)


@pytest.mark.parametrize(
    ("delay_s", "loss", "codec", "r"),
    [
        (0.1, 0, G711, 90.8),
        (0.3, 0, G711, 72.5),
        (0, 0.01, G711, 75.3),
        (0, 0.01, G711_CONCEALED, 89.6),
        (0, 1, G711, 2.1),
    ],
)
def test_delay_and_loss_cost_what_the_formula_says(delay_s: float, loss: float, codec: Codec, r: float):
    assert rating(delay_s, loss, codec) == pytest.approx(r, abs=0.05)


def test_concealed_loss_hurts_less():
    assert mos(0, 0.03, G711_CONCEALED) > mos(0, 0.03, G711) + 1


@given(delays, delays, losses, codecs)
def test_more_delay_never_sounds_better(one: float, other: float, loss: float, codec: Codec):
    near, far = sorted((one, other))

    assert mos(far, loss, codec) <= mos(near, loss, codec)


@given(losses, losses, delays, codecs)
def test_more_loss_never_sounds_better(one: float, other: float, delay_s: float, codec: Codec):
    less, more = sorted((one, other))

    assert mos(delay_s, more, codec) <= mos(delay_s, less, codec)


@given(st.floats(0, 1000), losses, codecs)
def test_the_score_stays_on_its_scale(delay_s: float, loss: float, codec: Codec):
    assert WORST_MOS <= mos(delay_s, loss, codec) <= BEST_MOS
