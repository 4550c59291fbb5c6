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
    before = value("yingda_usage_wasted_total", component="model", quantity="outputTokens")
    used = {"component": "model", "quantities": {"outputTokens": 12}}

    observe(EventType.USAGE, **used, wasted=True)
    observe(EventType.USAGE, **used, wasted=False)

    assert value("yingda_usage_wasted_total", component="model", quantity="outputTokens") == before + 12
