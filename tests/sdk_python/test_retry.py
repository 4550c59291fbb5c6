"""When the SDK asks again."""

from datetime import UTC, datetime

import pytest
from yingda._retry import FIRST_S, Attempts, asked

pytestmark = pytest.mark.slow


def longest(_: float, most: float) -> float:
    return most


def attempts(retries: int = 2, deadline: float | None = None) -> Attempts:
    return Attempts(retries, timeout=60, deadline=deadline, jitter=longest)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int):
    assert attempts().after_answer(status, "", {}, now=0) == FIRST_S


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 413, 422, 501])
def test_what_will_not_pass_is_not(status: int):
    assert attempts().after_answer(status, "", {}, now=0) is None


def test_a_conflict_with_oneself_is_waited_for():
    assert attempts().after_answer(409, "idempotency_in_progress", {}, now=0) == FIRST_S
    assert attempts().after_answer(409, "write_conflict", {}, now=0) == FIRST_S


def test_pauses_grow_and_attempts_end():
    several = attempts(retries=3)

    assert [several.after_failure(now=0) for _ in range(4)] == [0.5, 1.0, 2.0, None]


def test_a_pause_is_anything_below_its_longest():
    pauses = {Attempts(1, timeout=60).after_failure(now=0) or 0 for _ in range(50)}

    assert len(pauses) > 40
    assert 0 <= min(pauses) < FIRST_S / 4
    assert FIRST_S * 3 / 4 < max(pauses) <= FIRST_S


def test_the_server_says_how_long():
    assert attempts().after_answer(429, "", {"retry-after": "3"}, now=0) == 3 + FIRST_S


def test_a_server_that_asks_for_more_than_a_minute_is_not_waited_for():
    assert attempts().after_answer(503, "", {"retry-after": "61"}, now=0) is None


def test_nothing_is_tried_after_the_deadline():
    assert attempts(deadline=10.4).after_failure(now=10) is None
    assert attempts(deadline=10.6).after_failure(now=10) == FIRST_S


def test_the_last_attempt_gets_what_is_left():
    assert attempts(deadline=100).time_left(now=70) == 30
    assert attempts(deadline=100).time_left(now=10) == 60


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Fri, 20 Nov 2026 12:00:09 GMT", 9.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(text: str, seconds: float | None):
    wall = datetime(2026, 11, 20, 12, tzinfo=UTC)

    assert asked({"retry-after": text}, wall) == seconds
