"""What an assistant may be, before anything is stored."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from api.v1.assistants.schemas.model import MODELS, Model
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.llm.openai_compatible import OpenAiCompatibleLlm
from voice_engine.providers.llm.vendors import names, vendor_of

MODEL: TypeAdapter[Any] = TypeAdapter(Model)
KNOBS: dict[str, dict[str, Any]] = {
    "openai": {"reasoningEffort": "low", "promptCacheKey": "k", "promptCacheRetention": "24h"},
    "google": {"reasoningEffort": "minimal"},
    "custom-llm": {},
    "deep-seek": {"enableThinking": True},
    "minimax": {"enableThinking": True, "region": "intl"},
    "dashscope": {"enableThinking": True, "region": "us", "thinkingBudget": 100, "enableSearch": True},
    "moonshot": {"enableThinking": False, "region": "intl"},
    "zhipu": {"enableThinking": True, "region": "intl", "reasoningEffort": "low"},
    "qianfan": {"enableThinking": True},
    "spark": {"enableThinking": True, "topK": 4},
    "ark": {"enableThinking": True, "serviceTier": "auto"},
    "hunyuan": {"region": "legacy"},
}


def shape(provider: str, **fields: Any) -> dict[str, Any]:
    needs = {"url": "https://model.example/v1"} if provider == "custom-llm" else {}
    return {"provider": provider, "model": vendor_of(provider).model or "m", **needs, **fields}


def refusal(body: dict[str, Any]) -> tuple[str, str]:
    """Where a model is refused, and why."""
    with pytest.raises(ValidationError) as refused:
        MODEL.validate_python(body)
    (error,) = refused.value.errors()
    return ".".join(map(str, error["loc"])), error["msg"]


@pytest.mark.parametrize("provider", names())
def test_every_vendor_of_the_table_has_a_shape_whose_knobs_its_adapter_takes(provider: str):
    model = MODEL.validate_python(shape(provider, **KNOBS[provider]))

    assert type(model) is MODELS[provider]
    given = {name: model.given()[name] for name in KNOBS[provider]}
    options = {"provider": provider, **given}
    OpenAiCompatibleLlm(
        ProviderConfig(model=model.model, base_url="https://model.example/v1", options=options)
    )
    assert set(vendor_of(provider).knobs) <= set(given)


@pytest.mark.parametrize(
    ("provider", "model", "sentence"),
    [
        ("deep-seek", "deepseek-chat", "deep-seek has retired deepseek-chat; use deepseek-v4-flash"),
        ("deep-seek", "deepseek-reasoner", "deep-seek has retired deepseek-reasoner; use deepseek-v4-pro"),
        ("moonshot", "moonshot-v1-32k", "moonshot has retired moonshot-v1-32k; use kimi-k2.6"),
        ("minimax", "abab6.5s-chat", "minimax has retired abab6.5s-chat; use MiniMax-M3"),
    ],
)
def test_a_retired_model_is_refused_with_its_successors_name(provider: str, model: str, sentence: str):
    assert refusal(shape(provider, model=model)) == ("model", sentence)


@pytest.mark.parametrize(
    ("provider", "field", "value", "sentence"),
    [
        ("spark", "topK", 7, "Input should be less than or equal to 6"),
        ("zhipu", "region", "us", "Input should be 'intl'"),
        ("google", "reasoningEffort", "much", "Input should be 'none', 'minimal', 'low', 'medium' or 'high'"),
        ("moonshot", "enableThinkin", True, "should not exist; did you mean enableThinking?"),
        ("hunyuan", "enableThinking", True, "should not exist; known are: "),
        ("dashscope", "thinkingBudget", "9", "Input should be a valid integer"),
    ],
)
def test_a_wrong_knob_is_named_with_what_is_allowed(provider: str, field: str, value: Any, sentence: str):
    place, why = refusal(shape(provider, **{field: value}))

    assert place == field
    assert why.startswith(sentence)


def test_a_model_that_is_served_is_taken():
    assert MODEL.validate_python(shape("deep-seek")).model == "deepseek-v4-flash"
