"""What events add to the metrics."""

from typing import Any

from prometheus_client import REGISTRY

from voice_engine import metrics
from voice_engine.kernel.events import Event, EventType


def observe(type_: EventType, **data: Any) -> None:
    metrics.observe(Event(type_, "o", "c", "s", 1, 0, 0.0, data))


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_turns_are_counted_by_whether_their_reply_had_begun():
    before = value("yingda_turns_total", guessed="true")

    observe(EventType.TURN_STARTED, turn=1, text="好", why="finished", guessed=True)
    observe(EventType.TURN_STARTED, turn=2, text="好", why="finished", guessed=False)

    assert value("yingda_turns_total", guessed="true") == before + 1


def test_only_what_was_wasted_counts_as_waste():
    before = value("yingda_usage_wasted_total", component="model", quantity="completionTokens")
    used = {"component": "model", "quantities": {"completionTokens": 12}}

    observe(EventType.USAGE, **used, wasted=True)
    observe(EventType.USAGE, **used, wasted=False)

    assert value("yingda_usage_wasted_total", component="model", quantity="completionTokens") == before + 12


def test_a_call_whose_line_was_measured_counts_with_its_score():
    before = value("yingda_line_mos_count"), value("yingda_line_mos_sum")

    observe(EventType.SESSION_ENDED, endedReason="r", durationS=1.0, line={"mos": 4.25, "worstMos": 3.0})
    observe(EventType.SESSION_ENDED, endedReason="r", durationS=0.0)

    assert (value("yingda_line_mos_count"), value("yingda_line_mos_sum")) == (before[0] + 1, before[1] + 4.25)
