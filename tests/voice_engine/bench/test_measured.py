"""The benchmark's arithmetic."""

import pytest

from voice_engine.bench.ear import Answer, Heard
from voice_engine.bench.measured import Round, after_request, passes, ratios, report
from voice_engine.bench.plan import MARKS, Plan, level, mark, reply

FIGURES = {
    "ownMs": {"p50": 20, "p95": 99, "p99": 120},
    "mouthToEarMs": {"p50": 900, "p95": 950, "p99": 990},
    "interruptionStopMs": {"p50": 220, "p95": 250, "p99": 260},
    "afterRequestMs": {"p50": 5.0, "p95": 9.0, "p99": 12.0},
    "replies": 200,
    "repliesWithGap": 2,
    "missedTurns": 0,
    "cpuSecondsPerCallMinute": 0.6,
    "memoryMbPerCall": 0.5,
}


def entry(call: int, at: float, given: float | None, mark: int = 3) -> dict[str, object]:
    return {"call": str(call), "mark": mark, "at": at, "given": given}


def one_answer(**journal: list[dict[str, object]]) -> Round:
    """Call 7 asked at 10 s and heard reply 3 at 10.9 s."""
    heard = Heard(answers=[Answer(asked=10.0, heard=10.9, mark=3)])
    return Round(1, {7: heard}, {"model": [], "voice": [], **journal}, cpu_s=1.0, seconds=10.0)


def test_the_plan_adds_up_to_what_the_documentation_says():
    assert Plan().by_construction == pytest.approx(0.82)
    assert Plan(speculate=True).by_construction == pytest.approx(0.62)


def test_a_reply_is_known_by_its_level():
    for number in range(2 * len(MARKS)):
        assert mark(level(reply(number))) == number % len(MARKS)


def test_latency_after_the_request_leaves_out_what_the_vendors_took():
    found = one_answer(model=[entry(7, 10.5, 10.73)], voice=[entry(7, 10.735, 10.84)])

    assert after_request(found) == [pytest.approx(0.065)]


@pytest.mark.parametrize(
    "other",
    [entry(8, 10.5, 10.6), entry(7, 10.5, 10.6, mark=4), entry(7, 9.0, 9.1), entry(7, 10.5, None)],
    ids=["another call", "another reply", "an earlier turn", "a request that was cut off"],
)
def test_only_the_request_behind_the_answer_counts(other):
    found = one_answer(model=[other], voice=[entry(7, 10.735, 10.84)])

    assert after_request(found) == []


def test_rounds_add_up_and_the_first_one_tells_the_memory():
    total = Round(2)
    for calls, memory in (((1, 2), 8.0), ((3, 4), None)):
        heard = {call: Heard(answers=[Answer(0.0, 1.0 + call / 100, 0)]) for call in calls}
        total.add(Round(2, heard, cpu_s=0.5, seconds=15.0, memory_mb=memory, worst_stall=0.01 * calls[0]))

    figures = report(Plan(calls=2), 0.08, total)

    assert figures["replies"] == 4
    assert figures["mouthToEarMs"]["p50"] == 1025
    assert figures["ownMs"]["p50"] == 125
    assert figures["cpuSecondsPerCallMinute"] == 1.0
    assert figures["memoryMbPerCall"] == 4.0
    assert figures["worstStallMs"] == 30


@pytest.mark.parametrize(
    ("change", "borne"),
    [
        ({}, True),
        ({"ownMs": {"p50": 20, "p95": 100, "p99": 120}}, False),
        ({"ownMs": None}, False),
        ({"repliesWithGap": 3}, False),
        ({"missedTurns": 1}, False),
    ],
)
def test_a_core_bears_calls_that_are_on_time_whole_and_answered(change, borne):
    assert passes(FIGURES | change) is borne


def test_ratios_are_ours_over_theirs():
    theirs = FIGURES | {
        "cpuSecondsPerCallMinute": 3.0,
        "memoryMbPerCall": 12.5,
        "mouthToEarMs": {"p50": 915, "p95": 940, "p99": 990},
        "interruptionStopMs": None,
    }

    found = ratios(FIGURES, theirs)

    assert found["cpu"] == 0.2
    assert found["memoryPerCall"] == 0.04
    assert found["mouthToEarP50DifferenceMs"] == -15
    assert found["mouthToEarP95DifferenceMs"] == 10
    assert found["interruptionStopP50DifferenceMs"] is None
