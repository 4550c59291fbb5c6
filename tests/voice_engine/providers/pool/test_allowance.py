"""Limits of what is spent: counted by everybody, kept by each, and never in a caller's way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.providers.pool.allowance import Account, Allowances
from voice_engine.settings import ProviderLimit

NOON = 1_800_000_000.0


class Clock:
    """The wall's, moved by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> float:
        return self.at


def allowances(clock: Clock, **limit: object) -> Allowances:
    return Allowances([ProviderLimit.model_validate(limit)], clock)


def test_after_the_last_request_of_a_minute_there_is_none_until_the_next():
    clock = Clock()
    mine = allowances(clock, requests_per_minute=2).of("stt", "a", "org", own_key=False)
    for _ in range(2):
        assert mine.refusal("a") is None
        mine.asked()

    refusal = mine.refusal("a")
    clock.at += 60
    assert refusal is not None
    assert (refusal.kind, refusal.retryable) == ("quota", False)
    assert "2 requests a minute" in refusal.message
    assert mine.refusal("a") is None


def test_sound_is_counted_by_the_day_of_china():
    clock = Clock()
    clock.at = 1_800_028_799.0  # 23:59:59 in Beijing
    mine = allowances(clock, audio_minutes_per_day=1.5).of("tts", "a", "org", own_key=False)
    mine.heard(89.9)
    assert mine.refusal("a") is None
    mine.heard(0.1)

    assert mine.refusal("a") is not None
    clock.at += 1
    assert mine.refusal("a") is None


def test_each_vendor_has_the_limit_for_itself_and_all_organizations_share_it():
    book = allowances(Clock(), requests_per_minute=1)
    book_of = {(v, o): book.of("llm", v, o, own_key=False) for v in "ab" for o in ("x", "y")}
    book_of["a", "x"].asked()

    assert {who: mine.refusal(who[0]) is None for who, mine in book_of.items()} == {
        ("a", "x"): False,
        ("a", "y"): False,
        ("b", "x"): True,
        ("b", "y"): True,
    }


def test_a_limit_per_organization_is_each_ones_own_whatever_the_key():
    book = allowances(Clock(), requests_per_minute=1, per="organization")
    x, y = (book.of("llm", "a", org, own_key=True) for org in "xy")
    x.asked()

    assert x.refusal("a") is not None
    assert y.refusal("a") is None


@pytest.mark.parametrize(
    ("component", "provider", "own_key"), [("tts", "a", False), ("stt", "b", False), ("stt", "a", True)]
)
def test_a_limit_holds_for_what_it_names_and_for_the_platforms_keys(component, provider, own_key):
    book = allowances(Clock(), provider="a", component="transcriber", requests_per_minute=1)
    other = book.of(component, provider, "org", own_key=own_key)
    other.asked()

    assert other.refusal(provider) is None
    assert book.of("stt", "a", "org", own_key=False).requests


def test_a_limit_without_a_number_is_refused():
    with pytest.raises(ValueError, match="needs requests_per_minute or audio_minutes_per_day"):
        ProviderLimit(provider="a")


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from(["use", "sync", "fail"])), max_size=80
    )
)
def test_what_processes_count_is_exact_once_they_have_told_each_other(steps):
    accounts = [Account("n", "w", 1e9, 60.0) for _ in range(3)]
    everywhere: dict[int, float] = {}
    used = 0
    for who, amount, what in steps:
        if what == "use":
            accounts[who].add(amount, NOON)
            used += amount
        elif what == "sync":
            exchange(accounts[who], everywhere)
    for account in accounts:
        exchange(account, everywhere)

    assert sum(everywhere.values()) == used
    limit = Account("n", "w", used or 1, 60.0)
    exchange(limit, everywhere)
    assert limit.over(NOON) == (used > 0)


def exchange(account: Account, everywhere: dict[int, float]) -> None:
    window, amount = account.unsent(NOON)
    everywhere[window] = everywhere.get(window, 0.0) + amount
    account.learn(window, amount, everywhere[window])


def test_what_is_used_while_a_message_is_under_way_is_not_lost():
    account = Account("n", "w", 5, 60.0)
    account.add(3, NOON)
    window, amount = account.unsent(NOON)
    account.add(2, NOON)
    account.learn(window, amount, 3)

    assert account.unsent(NOON) == (window, 2)
    assert account.over(NOON)
