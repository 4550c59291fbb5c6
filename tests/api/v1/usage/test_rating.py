"""Prices: from quantities to micro-CNY, with provenance."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import voice_engine.providers
from api.v1.usage.rating import Price, PriceList, Rate, price_list, rated
from voice_engine.providers.registry import names

MONDAY_NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
FILE = Path(voice_engine.providers.__path__[0]) / "prices.yaml"


@pytest.fixture(scope="module")
def prices() -> PriceList:
    return price_list(yaml.safe_load(FILE.read_text()))


def test_a_minute_of_paraformer_costs_1_44_fen(prices: PriceList):
    result = rated(
        "transcriber", "dashscope", "paraformer-realtime-v2", {"seconds": 60.0}, MONDAY_NOON, prices
    )

    assert result.cost_micros == 14_400
    assert result.unpriced == ()
    assert result.lines[0] == {
        "unit": "seconds", "quantity": 60.0, "priceId": "paraformer-realtime-v2", "price": "0.00024",
        "per": 1, "currency": "CNY", "source": "vendor page 2026", "asOf": "2026-11-01", "micros": 14_400,
    }  # fmt: skip


def test_cosyvoice_charges_the_characters_that_the_adapter_counted(prices: PriceList):
    result = rated("voice", "dashscope", "cosyvoice-v3-flash", {"characters": 220}, MONDAY_NOON, prices)

    assert result.cost_micros == 22_000


def test_dollars_are_converted_with_a_rate_that_is_recorded(prices: PriceList):
    used = {"promptTokens": 2000, "completionTokens": 100}

    result = rated("model", "dashscope", "qwen-flash", used, MONDAY_NOON, prices)

    assert result.cost_micros == round((100 + 40) * 7.10)
    assert [(line["micros"], line["currency"], line["rate"]) for line in result.lines] == [
        (100, "USD", "7.10"),
        (40, "USD", "7.10"),
    ]
    assert {line["rateId"] for line in result.lines} == {"usd-cny-2026-11"}


def test_cached_tokens_are_taken_out_of_the_prompt_when_they_have_a_price(prices: PriceList):
    used = {"promptTokens": 1_000_000, "cachedPromptTokens": 400_000}

    cheaper = rated("model", "openai", "gpt-4o-mini", used, MONDAY_NOON, prices)
    same = rated("model", "dashscope", "qwen-flash", used, MONDAY_NOON, prices)

    assert [line["micros"] for line in cheaper.lines] == [90_000, 30_000]
    assert [line["micros"] for line in same.lines] == [50_000]


def test_a_snapshot_costs_what_its_model_costs(prices: PriceList):
    def id_of(model: str) -> Any:
        price = prices.find("model", "openai", model, "promptTokens", MONDAY_NOON)
        return price and price.id

    assert id_of("gpt-4o-2024-08-06") == "gpt-4o-in"
    assert id_of("gpt-4o-mini-latest") == "gpt-4o-mini-in"
    assert id_of("gpt-4o-something-else") is None


def test_deepseek_is_cheaper_outside_weekday_peaks(prices: PriceList):
    def cost(moment: datetime) -> int:
        result = rated("model", "deep-seek", "deepseek-v4-flash", {"promptTokens": 1_000_000}, moment, prices)
        return result.lines[0]["micros"]

    assert cost(MONDAY_NOON.replace(hour=7)) == 300_000
    assert cost(MONDAY_NOON.replace(hour=5)) == 150_000
    assert cost(datetime(2026, 11, 21, 7, tzinfo=UTC)) == 150_000


def test_a_model_nobody_priced_costs_nothing_and_says_so(prices: PriceList):
    result = rated(
        "model", "custom-llm", "mine", {"promptTokens": 10, "completionTokens": 0}, MONDAY_NOON, prices
    )

    assert (result.cost_micros, result.unpriced, result.lines) == (0, ("promptTokens",), ())


def test_what_an_engine_of_our_own_reports_costs_nothing_whatever_its_unit(prices: PriceList):
    result = rated("voice", "espeak", "", {"characters": 5, "seconds": 1.5}, MONDAY_NOON, prices)

    assert (result.cost_micros, result.unpriced) == (0, ())
    assert [(line["unit"], line["priceId"], line["price"]) for line in result.lines] == [
        ("characters", "espeak", "0"),
        ("seconds", "espeak", "0"),
    ]


def test_a_vendors_new_unit_is_still_reported_as_unpriced(prices: PriceList):
    result = rated("voice", "dashscope", "cosyvoice-v2", {"seconds": 1.5}, MONDAY_NOON, prices)

    assert result.unpriced == ("seconds",)


def test_reasoning_tokens_are_part_of_the_completion(prices: PriceList):
    used = {"completionTokens": 100, "reasoningTokens": 60}

    assert rated("model", "openai", "gpt-4o", used, MONDAY_NOON, prices).unpriced == ()


def test_sentences_spoken_again_cost_nothing(prices: PriceList):
    used = {"characters": 0.0, "cachedCharacters": 60.0}

    result = rated("voice", "dashscope", "cosyvoice-v2", used, MONDAY_NOON, prices)

    assert (result.cost_micros, result.unpriced) == (0, ())


def test_analysis_is_priced_as_the_model_that_did_it(prices: PriceList):
    used = {"promptTokens": 1_000_000}

    result = rated("analysis", "openai", "gpt-4o", used, MONDAY_NOON, prices)

    assert result.cost_micros == 17_750_000


@given(st.floats(0, 1e5, allow_nan=False), st.integers(0, 10**6))
def test_costs_are_never_negative_and_within_half_a_micro_of_exact(seconds: float, tokens: int):
    price = Price("p", "c", "v", "*", "seconds", 3, Decimal("0.01"), "USD", "s", date(2026, 1, 1))
    prices = PriceList((price,), (Rate("r", "USD", "CNY", Decimal("7.1"), "s", date(2026, 1, 1)),))

    result = rated("c", "v", "m", {"seconds": seconds, "promptTokens": tokens}, MONDAY_NOON, prices)

    exact = Decimal(str(seconds)) * Decimal("0.01") * 1_000_000 / 3 * Decimal("7.1")
    assert result.cost_micros >= 0
    assert abs(result.cost_micros - exact) <= Decimal("0.5000001")


def test_the_price_file_covers_every_embedded_engine_and_names_its_sources(prices: PriceList):
    known = {*names("stt"), *names("llm"), *names("tts"), *names("vad"), "yingda", "websocket"}

    assert {"pocketsphinx", "espeak", "scripted", "silero"} <= {p.provider for p in prices.prices}
    assert {p.provider for p in prices.prices} <= known
    assert all(p.source and isinstance(p.as_of, date) and p.price >= 0 for p in prices.prices)
    abroad = [p for p in prices.prices if prices.exchange(p.currency, MONDAY_NOON) is not None]
    assert {p.currency for p in abroad} == {"USD"}


def row(**changes: Any) -> dict[str, Any]:
    base = {"id": "a", "component": "c", "provider": "p", "model": "*", "unit": "u", "per": 1, "price": "1"}
    return {**base, "currency": "CNY", "source": "s", "as_of": date(2026, 1, 1), **changes}


def test_a_price_file_with_a_float_or_a_doubled_id_is_refused():
    with pytest.raises(ValueError, match="as text"):
        price_list({"rates": [], "prices": [row(price=0.1)]})
    with pytest.raises(ValueError, match="twice: a"):
        price_list({"rates": [], "prices": [row(), row()]})


def test_a_currency_without_a_rate_is_an_error_that_names_it():
    euros = price_list({"rates": [], "prices": [row(currency="EUR")]})

    with pytest.raises(KeyError, match="EUR to CNY"):
        rated("c", "p", "m", {"u": 1}, MONDAY_NOON, euros)
