"""Counts of vendors that add up over processes and hours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.providers.pool.book import Book, read

WAITS = st.lists(st.floats(0.002, 20), min_size=1, max_size=60)


def counted(waits: list[float], org_id: str = "org-1") -> Book:
    book = Book()
    page = book.figures(org_id, "tts", "tencent", "")
    for seconds in waits:
        page.asked()
        page.waited("first-audio", seconds)
    return book


@given(WAITS, st.sampled_from([0.5, 0.95, 0.99]))
def test_a_percentile_is_right_within_five_percent(waits: list[float], share: float):
    [seen] = read(counted(waits).hand_over().values())

    rank = min(len(waits) - 1, max(0, -int(-share * len(waits) // 1) - 1))
    exact = sorted(waits)[rank] * 1000
    assert seen.percentile("first-audio", share) == pytest.approx(exact, rel=0.0501)


@given(WAITS, WAITS)
def test_what_two_processes_counted_is_what_one_would_have(first: list[float], second: list[float]):
    apart = [counts for book in (counted(first), counted(second)) for counts in book.hand_over().values()]
    [together] = read(counted(first + second).hand_over().values())
    [added] = read(apart)

    assert added == together


def test_organisations_are_counted_apart_and_only_once():
    book = counted([0.1], "org-1")
    book.figures("org-2", "stt", "iflytek", "rtasr").failed("auth")

    first = book.hand_over()

    assert set(first) == {"org-1", "org-2"}
    [seen] = read([first["org-2"]])
    assert (seen.provider, seen.model, seen.failures) == ("iflytek", "rtasr", {"auth": 1})
    assert book.hand_over() == {}


def test_what_was_not_measured_has_no_percentile():
    [seen] = read(counted([0.1]).hand_over().values())

    assert seen.percentile("final", 0.5) is None
    assert (seen.measured("final"), seen.measured("first-audio"), seen.requests) == (0, 1, 1)
