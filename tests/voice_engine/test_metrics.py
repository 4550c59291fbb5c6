"""What events add to the metrics."""

from typing import Any

import pytest
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


def test_what_pools_see_of_a_vendor_is_counted_by_its_model():
    labels = {"component": "llm", "provider": "p-seen", "model": "m-seen"}
    vendor = metrics.vendor("llm", "p-seen", "m-seen")

    vendor.asked()
    vendor.waited("first-token", 0.25)
    vendor.failed("quota")

    assert value("yingda_provider_requests_total", **labels) == 1
    assert value("yingda_provider_wait_ms_sum", **labels, what="first-token") == 250
    assert value("yingda_provider_errors_total", **labels, kind="quota") == 1


def test_tenants_cannot_fill_the_metrics_with_models_they_make_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(metrics, "_vendors", {})
    monkeypatch.setattr(metrics, "MOST_MODELS", 5)

    seen = {id(metrics.vendor("tts", "p-many", f"made-up-{n}")) for n in range(20)}

    assert len(seen) == 5 + 1


def test_a_provider_that_a_limit_keeps_out_is_counted():
    before = value("yingda_provider_limited_total", component="stt", provider="p-limited")

    data = {"component": "stt", "provider": "p-limited", "model": "", "toProvider": "", "toModel": ""}
    observe(EventType.PROVIDER_SWITCHED, what="limited", **data)

    assert value("yingda_provider_limited_total", component="stt", provider="p-limited") == before + 1
