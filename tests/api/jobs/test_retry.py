"""When to try again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.jobs.retry import DEFAULT, next_delay, plan_of


def test_five_attempts_spread_over_about_half_an_hour():
    delays = [next_delay(DEFAULT, made, random=0.5) for made in range(1, 6)]

    assert delays == [12, 60, 300, 1500, None]


@given(st.integers(1, 4), st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_a_fifth(made: int, random: float):
    delay = next_delay(DEFAULT, made, random=random)
    middle = next_delay(DEFAULT, made, random=0.5)

    assert delay is not None
    assert middle is not None
    assert 0.8 * middle <= delay <= 1.2 * middle


@pytest.mark.parametrize(
    ("backoff", "delays"),
    [
        ({"type": "fixed", "maxRetries": 2, "baseDelaySeconds": 3}, [3, 3, None]),
        ({"type": "exponential", "maxRetries": 3, "baseDelaySeconds": 1}, [1, 2, 4, None]),
        ({"type": "fixed", "maxRetries": 0, "baseDelaySeconds": 1}, [None]),
    ],
)
def test_the_servers_own_plan_is_followed(backoff: dict[str, object], delays: list[float | None]):
    plan = plan_of(backoff)

    assert [next_delay(plan, made, random=0.5) for made in range(1, len(delays) + 1)] == delays


def test_excluded_statuses_and_gone_end_it_at_once():
    plan = plan_of(
        {"type": "fixed", "maxRetries": 5, "baseDelaySeconds": 1, "excludedStatusCodes": [400, "404"]}
    )

    assert [next_delay(plan, 1, random=0.5, status=s) for s in (400, 404, 410, 500)] == [None, None, None, 1]


def test_a_target_may_ask_for_more_time_but_not_for_ever():
    assert next_delay(DEFAULT, 1, random=0.5, status=429, retry_after_s=90) == 90
    assert next_delay(DEFAULT, 1, random=0.5, status=429, retry_after_s=1) == 12
    assert next_delay(DEFAULT, 1, random=0.5, status=503, retry_after_s=1e9) == 3600
