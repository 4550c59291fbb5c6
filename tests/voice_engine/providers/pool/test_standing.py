"""What is known of vendors: waits, and a table that does not grow."""

from tests.voice_engine.providers.pool.vendors import Diary, broken, member
from voice_engine.providers.base import Usage
from voice_engine.providers.pool.bucket import CEILING
from voice_engine.providers.pool.choice import choose
from voice_engine.providers.pool.latency import LLM, Latency
from voice_engine.providers.pool.member import Desk
from voice_engine.providers.pool.restarts import Restarts
from voice_engine.providers.pool.standing import Key, Standings
from voice_engine.providers.pool.troubles import Trouble, Troubles


def waits(*seconds: float, times: int = 8) -> Latency:
    latency = Latency(LLM)
    for _ in range(times):
        for wait in seconds:
            latency.add(wait)
    return latency


def test_the_deadline_follows_the_slowest_twentieth_and_is_bounded():
    assert Latency(LLM).deadline == 0.7
    assert waits(0.4).deadline == 0.4 * 1.3
    assert waits(0.01).deadline == LLM.floor
    assert waits(0.65).deadline == 0.7


def test_a_vendor_that_is_always_slow_is_given_the_time_it_needs():
    latency = waits(1.5)

    assert latency.slow
    assert latency.deadline == 1.5 * 1.3
    assert waits(9.0).deadline == LLM.patience


def test_old_waits_are_forgotten():
    latency = waits(2.0, times=64)
    for _ in range(64):
        latency.add(0.4)

    assert not latency.slow
    assert latency.deadline == 0.4 * 1.3


def test_the_table_forgets_who_was_not_asked_for_longest():
    table = Standings(most=2)
    keys = [Key("o", "llm", name, "m", 0) for name in "abc"]
    first = table.of(keys[0])
    table.of(keys[1])
    table.of(keys[0])
    table.of(keys[2])

    assert table.of(keys[0]) is first
    assert len({id(table.of(key)) for key in keys}) == 3


def test_organisations_and_keys_do_not_share_a_fate():
    table = Standings()
    table.of(Key("o", "llm", "v", "m", 1)).failed(broken("auth"), 0.0)

    assert not table.of(Key("o", "llm", "v", "m", 1)).breaker.allows(0.0)
    assert table.of(Key("o", "llm", "v", "m", 2)).breaker.allows(0.0)
    assert table.of(Key("p", "llm", "v", "m", 1)).breaker.allows(0.0)


def test_the_first_healthy_one_is_chosen_and_a_hopeful_one_when_there_is_none():
    a, b, c = (member(None, "llm", name=name) for name in "abc")
    a.standing.failed(broken("auth"), 0.0)
    b.resting_until = 5.0

    assert choose([a, b, c], 0.0) is c
    assert choose([a, b], 0.0) is b
    assert choose([a], 0.0) is None
    assert choose([a, b], 0.0, [b]) is None


def test_requests_take_tokens_and_outcomes_set_the_rate():
    one = member(None, "llm", name="a")
    for _ in range(100):
        assert one.healthy(0.0)
        one.standing.began(0.0)
    assert not one.healthy(0.0)
    for second in range(11):
        one.standing.failed(broken("bad_request"), float(second))
        one.standing.succeeded(float(second))
    assert one.standing.bucket.rate == CEILING, "a wrong request is nobody's failure"

    for second in range(11, 22):
        one.standing.failed(broken(), float(second))

    assert one.standing.bucket.rate < CEILING


def test_troubles_before_anybody_listens_are_kept_for_the_first_who_does():
    troubles, told = Troubles(), []
    troubles.report(Trouble("skipped", "llm", "a"))
    troubles.subscribe(told.append)
    troubles.report(Trouble("hedged", "llm", "a", to_provider="b"))

    assert [trouble.what for trouble in told] == ["skipped", "hedged"]


def test_an_opened_and_a_closed_breaker_are_told_once():
    diary = Diary()
    one = member(None, "tts", name="a")
    desk = Desk("tts", [one], diary.troubles)
    for _ in range(6):
        desk.failed(one, broken(), 0.0, Usage({"characters": 1.0}))
    desk.succeeded(one, 61.0)
    desk.succeeded(one, 62.0)

    assert [t.what for t in diary.pages] == ["failed"] * 5 + ["opened", "failed", "closed"]
    assert diary.pages[0].usage is not None
    assert diary.pages[0].usage.provider == "a"


def test_restarts_are_spaced_and_counted():
    restarts = Restarts()

    assert [restarts.pause(0.0) for _ in range(7)] == [0.0, 0.1, 0.3, 0.6, 1.0, 1.0, None]
    assert restarts.pause(61.0) == 0.0
