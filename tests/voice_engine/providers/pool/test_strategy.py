"""Who begins: healthy ones first, nobody lost, and each strategy what its name says."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice_engine.providers.pool.vendors import broken, member
from voice_engine.providers.pool.member import Member
from voice_engine.providers.pool.strategy import EXPLORE, STRATEGIES, fastest, least_busy, ordered, weighted

NOW = 10.0


def named(count: int) -> list[Member[None]]:
    return [member(None, "llm", name="abcdefgh"[n]) for n in range(count)]


def knows(one: Member[None], seconds: float) -> Member[None]:
    for _ in range(8):
        one.standing.latency.add(seconds)
    return one


def names(members: list[Member[None]]) -> str:
    return "".join(each.provider for each in members)


@given(
    strategy=st.sampled_from(sorted(STRATEGIES)),
    facts=st.lists(
        st.tuples(st.booleans(), st.floats(0.1, 9), st.integers(0, 5), st.floats(0.01, 3)),
        min_size=1,
        max_size=6,
    ),
    turn=st.integers(0, 1000),
)
def test_everybody_is_in_the_order_once_and_the_healthy_come_first(strategy, facts, turn):
    members = named(len(facts))
    for one, (well, weight, busy, wait) in zip(members, facts, strict=True):
        one.weight, one.standing.busy = weight, busy
        knows(one, wait)
        if not well:
            one.standing.failed(broken("auth"), NOW)

    order = STRATEGIES[strategy](members, NOW, turn)

    assert Counter(map(id, order)) == Counter(map(id, members))
    health = [one.healthy(NOW) for one in order]
    assert health == sorted(health, reverse=True)
    assert order == STRATEGIES[strategy](members, NOW, turn), "the same twice"


def test_ordered_is_as_it_stands_in_the_assistant():
    a, b, c = named(3)
    a.resting_until = NOW + 1

    assert names(ordered([a, b, c], NOW, 7)) == "bca"


@settings(max_examples=30)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_each_begins_in_its_share_of_the_conversations(weights: list[int]):
    members = named(len(weights))
    for one, weight in zip(members, weights, strict=True):
        one.weight = weight

    begun = Counter(weighted(members, NOW, turn)[0].provider for turn in range(400))

    for one in members:
        assert begun[one.provider] / 400 == pytest.approx(one.weight / sum(weights), abs=0.02)


def test_the_share_of_one_that_is_unwell_goes_to_the_others():
    a, b, c = named(3)
    a.standing.failed(broken("auth"), NOW)

    begun = Counter(weighted([a, b, c], NOW, turn)[0].provider for turn in range(100))

    assert begun["a"] == 0
    assert begun["b"] == pytest.approx(50, abs=2)


def test_the_heavier_one_takes_over():
    a, b, c = named(3)
    a.weight, b.weight, c.weight = 8, 1, 2

    assert names(weighted([a, b, c], NOW, 0)) == "acb"


def test_the_least_busy_one_begins_and_equals_take_turns():
    a, b, c = named(3)
    a.standing.busy = 2

    assert [names(least_busy([a, b, c], NOW, turn)) for turn in range(3)] == ["bca", "bca", "cba"]
    b.standing.busy, c.standing.busy, b.weight = 1, 1, 2
    assert names(least_busy([a, b, c], NOW, 2)) == "bca"


def test_the_fastest_one_begins_and_who_is_not_known_is_tried():
    a, b, c = (
        knows(member(None, "llm", name="a"), 0.4),
        knows(member(None, "llm", name="b"), 0.2),
        named(3)[2],
    )

    assert names(fastest([a, b], NOW, 0)) == "ba"
    assert names(fastest([a, b, c], NOW, 0)) == "cba"


def test_a_slow_one_gets_another_chance_now_and_then():
    a, b, c = (knows(one, wait) for one, wait in zip(named(3), (0.2, 0.4, 0.3), strict=True))

    begun = Counter(fastest([a, b, c], NOW, turn)[0].provider for turn in range(2 * EXPLORE))

    assert begun == {"a": 2 * EXPLORE - 2, "b": 1, "c": 1}
