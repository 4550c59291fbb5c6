"""The rate follows success, within its bounds, and nobody is asked faster than it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.providers.pool.bucket import CEILING, FLOOR, WINDOW_S, Bucket


def window(bucket: Bucket, begin: float, good: int, bad: int) -> float:
    """One window's requests, evenly; returns its end."""
    for number in range(good + bad):
        now = begin + WINDOW_S * number / (good + bad)
        bucket.take(now)
        if number < good + bad - 1:
            bucket.learn(now, good=number < good)
    bucket.learn(begin + WINDOW_S, good=bad == 0)
    return begin + WINDOW_S


def test_poor_success_slows_down_to_four_fifths_of_what_was_asked():
    bucket = Bucket()
    window(bucket, 0.0, good=70, bad=30)

    assert bucket.rate == pytest.approx(10 * 0.8)


def test_again_and_again_down_to_the_floor_and_up_by_a_fifth():
    bucket, now, rates = Bucket(ceiling=20, floor=2), 0.0, []
    for good, bad in [(0, 100), (0, 100), *[(0, 10)] * 3, *[(100, 0)] * 20]:
        now = window(bucket, now, good, bad)
        rates.append(bucket.rate)

    assert rates[:2] == [pytest.approx(8), pytest.approx(6.4)]
    assert rates[4] == 2
    assert rates[5:7] == [pytest.approx(2.4), pytest.approx(2.88)]
    assert rates[-1] == 20


def test_between_poor_and_good_nothing_changes():
    bucket = Bucket(ceiling=50)
    window(bucket, 0.0, good=90, bad=10)

    assert bucket.rate == 50


def test_a_few_failures_far_apart_say_nothing():
    bucket = Bucket()
    for minute in range(20):
        bucket.take(minute * 61.0)
        bucket.learn(minute * 61.0, good=False)

    assert bucket.rate == CEILING


def test_without_a_token_there_is_nothing_until_time_has_passed():
    bucket = Bucket(ceiling=2.0)
    for _ in range(2):
        assert bucket.has(0.0)
        bucket.take(0.0)

    assert not bucket.has(0.49)
    assert bucket.has(0.5)


@given(
    st.lists(st.tuples(st.floats(0, 20), st.sampled_from(["take", "good", "bad"])), min_size=1, max_size=200)
)
def test_the_rate_stays_within_bounds_and_is_never_exceeded(steps):
    bucket, now, taken = Bucket(ceiling=10), 0.0, []
    for seconds, what in steps:
        now += seconds
        if what != "take":
            bucket.learn(now, good=what == "good")
        elif bucket.has(now):
            bucket.take(now)
            taken.append(now)
        assert FLOOR <= bucket.rate <= 10
        assert sum(1 for at in taken if at > now - 1.0) <= 2 * 10
        assert bucket.has(now + 1 / FLOOR + 0.01), "somebody without a token gets one in time"
