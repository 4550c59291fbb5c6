"""The table of vendors: what stands in it is whole, and models come to an end in it."""

from datetime import date

import pytest
from structlog.testing import capture_logs

from tests.emulators.openai import DIALECTS
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.llm.openai_compatible import OpenAiCompatibleLlm
from voice_engine.providers.llm.request import address
from voice_engine.providers.llm.vendors import codes_of, names, refuse_retired, vendor_of

BEFORE, AFTER = date(2026, 12, 10), date(2027, 1, 14)


@pytest.mark.parametrize("name", names())
def test_every_row_is_whole(name: str):
    row = vendor_of(name)

    assert name == "custom-llm" or (row.base_url.startswith("https://") and row.model)
    assert all(url.startswith("https://") for url in row.regions.values())
    assert row.model == "" or row.errors
    refuse_retired(name, row.model, date(2030, 1, 1))
    for end in row.retired:
        refuse_retired(name, end.successor, date(2030, 1, 1))


def test_every_vendor_of_the_table_has_an_emulated_dialect():
    assert set(names()) == set(DIALECTS)


@pytest.mark.parametrize(
    ("vendor", "model", "successor"),
    [
        ("deep-seek", "deepseek-chat", "deepseek-v4-flash"),
        ("deep-seek", "deepseek-reasoner", "deepseek-v4-pro"),
        ("moonshot", "moonshot-v1-8k", "kimi-k2.6"),
        ("moonshot", "Kimi-K2-Turbo-Preview", "kimi-k2.6"),
        ("minimax", "abab6.5s-chat", "MiniMax-M3"),
        ("openai", "gpt-5-mini", "gpt-5.6-luna"),
        ("openai", "gpt-4o-2024-08-06", "gpt-6-luna"),
    ],
)
def test_a_retired_model_is_refused_with_its_successors_name(vendor: str, model: str, successor: str):
    with pytest.raises(BadRequest, match=f"{vendor} has retired {model}; use {successor}") as refused:
        refuse_retired(vendor, model, AFTER)

    assert (refused.value.code, refused.value.details["field"]) == ("model_retired", "model.model")


def test_a_model_whose_end_is_announced_is_warned_of_once_a_day_and_refused_from_that_day_on():
    with capture_logs() as logs:
        for _ in range(2):
            refuse_retired("openai", "gpt-4.1-mini", BEFORE)
        refuse_retired("openai", "gpt-4.1-mini", date(2026, 12, 11))

    told = {"vendor": "openai", "model": "gpt-4.1-mini", "successor": "gpt-6-luna", "ends": "2027-01-14"}
    assert logs == [{"event": "model_retires", "log_level": "warning", **told}] * 2
    with pytest.raises(BadRequest):
        refuse_retired("openai", "gpt-4.1-mini", AFTER)


def test_a_model_that_will_end_some_day_is_warned_of():
    with capture_logs() as logs:
        refuse_retired("zhipu", "glm-4-plus", date(2031, 5, 6))

    assert [(log["model"], log["ends"]) for log in logs] == [("glm-4-plus", "some day")]


@pytest.mark.parametrize(
    ("vendor", "model"),
    [("openai", "gpt-5.6-luna"), ("openai", "gpt-4o-audio"), ("custom-llm", "deepseek-chat"), ("x", "y")],
)
def test_a_model_that_is_served_is_not_refused(vendor: str, model: str):
    refuse_retired(vendor, model, date(2030, 1, 1))


def test_the_adapter_refuses_a_retired_model_when_it_is_built():
    with pytest.raises(BadRequest, match="use deepseek-v4-flash"):
        OpenAiCompatibleLlm(ProviderConfig(model="deepseek-chat", options={"provider": "deep-seek"}))


@pytest.mark.parametrize(
    ("vendor", "config", "expected"),
    [
        ("zhipu", ProviderConfig(), "https://open.bigmodel.cn/api/paas/v4"),
        ("zhipu", ProviderConfig(base_url="http://127.0.0.1:9"), "http://127.0.0.1:9/api/paas/v4"),
        ("zhipu", ProviderConfig(base_url="http://127.0.0.1:9/"), "http://127.0.0.1:9/api/paas/v4"),
        ("zhipu", ProviderConfig(base_url="http://127.0.0.1:9/v7"), "http://127.0.0.1:9/v7"),
        ("zhipu", ProviderConfig(options={"region": "intl"}), "https://api.z.ai/api/paas/v4"),
        ("custom-llm", ProviderConfig(base_url="https://a.example"), "https://a.example"),
    ],
)
def test_where_a_vendor_is(vendor: str, config: ProviderConfig, expected: str):
    assert address(config, vendor_of(vendor), vendor) == expected


def test_a_model_may_be_at_another_address_than_its_vendor():
    assert vendor_of("spark", "spark-x").base_url.endswith("/v2")
    assert vendor_of("spark", "X1").base_url.endswith("/v2")
    assert vendor_of("spark", "4.0Ultra").base_url.endswith("/v1")


def test_the_same_number_may_mean_two_things_and_then_says_nothing_of_an_unknown_vendor():
    assert codes_of("zhipu")["1002"] == "auth"
    assert codes_of("minimax")["1002"] == "rate_limit"
    assert "1002" not in codes_of("custom-llm")
    assert codes_of("custom-llm")["1113"] == "quota"
