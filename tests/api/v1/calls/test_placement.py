"""Which engine takes the next call."""

import pytest
from redis import Redis

from api.v1.calls.placement import Engine, NoEngine, Placement, most_free
from tests.api.v1.calls.engines import register


def engine(id: str, slots: int, active: int, *, draining: bool = False) -> Engine:
    return Engine(id, "", slots, active, draining)


def test_the_engine_with_the_most_free_slots_wins():
    engines = [engine("a", 60, 50), engine("b", 30, 2), engine("c", 60, 55)]

    assert most_free(engines, {}).id == "b"


def test_a_draining_engine_takes_nothing():
    engines = [engine("a", 60, 0, draining=True), engine("b", 60, 59)]

    assert most_free(engines, {}).id == "b"


def test_what_was_just_placed_counts_before_the_engine_reports_it():
    engines = [engine("a", 60, 0), engine("b", 59, 0)]

    assert most_free(engines, {"a": 2}).id == "b"


@pytest.mark.parametrize(
    "engines", [[], [engine("a", 1, 1)], [engine("a", 60, 0, draining=True)], [engine("a", 1, 5)]]
)
def test_when_nobody_has_room_the_caller_is_told(engines: list[Engine]):
    with pytest.raises(NoEngine) as refused:
        most_free(engines, {})

    assert (refused.value.status, refused.value.code) == (503, "no_engine_available")


def test_a_burst_is_spread_over_the_engines_between_two_reports(redis: Redis):
    register(redis, "a", slots=4)
    register(redis, "b", slots=3)
    placement = Placement(redis)

    chosen = [placement.choose(now=1.0).id for _ in range(7)]

    assert chosen == ["a", "a", "b", "a", "b", "a", "b"]
    with pytest.raises(NoEngine):
        placement.choose(now=1.0)
    assert placement.choose(now=3.1).id == "a"


def test_an_engine_whose_lease_ran_out_is_not_chosen(redis: Redis):
    register(redis, "gone", slots=100)
    register(redis, "here", slots=1)
    redis.delete("yingda:engine:gone")

    assert Placement(redis).choose(now=0.0).id == "here"
    with pytest.raises(NoEngine):
        Placement(redis).pinned("gone")
