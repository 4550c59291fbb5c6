"""What a call with a realtime model costs: text and sound by their own prices."""

import pytest
import yaml

from api.v1.usage.rating import PriceList, price_list, rated
from tests.api.v1.usage.test_rating import FILE, MONDAY_NOON


@pytest.fixture(scope="module")
def prices() -> PriceList:
    return price_list(yaml.safe_load(FILE.read_text()))


@pytest.mark.parametrize(
    ("provider", "model", "usd"),
    [
        ("openai", "gpt-realtime-2.1", 32 + 64 + 4 + 24),
        ("openai", "gpt-realtime-2.1-mini", 10 + 20 + 0.6 + 2.4),
        ("google", "gemini-3.8-flash-live", 3 + 12 + 0.75 + 4.5),
        ("dashscope", "qwen-audio-3.1-realtime-flash", 0.848 + 1.696 + 0.212 + 0.636),
    ],
)
def test_a_million_tokens_of_each_kind(prices: PriceList, provider: str, model: str, usd: float):
    kinds = ("promptTokens", "completionTokens", "audioPromptTokens", "audioCompletionTokens")

    result = rated("model", provider, model, dict.fromkeys(kinds, 1e6), MONDAY_NOON, prices)

    assert result.unpriced == ()
    assert result.cost_micros == pytest.approx(usd * 7.1 * 1e6, abs=2)


def test_cached_sound_without_a_price_of_its_own_costs_what_sound_costs(prices: PriceList):
    used = {"audioPromptTokens": 1000.0, "cachedAudioPromptTokens": 400.0}

    result = rated("model", "openai", "gpt-realtime-2.1", used, MONDAY_NOON, prices)

    assert result.unpriced == ()
    assert [line["quantity"] for line in result.lines] == [1000.0]
