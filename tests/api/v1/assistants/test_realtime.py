"""An assistant with a realtime model needs nobody else to hear and to speak."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.api.v1.assistants.test_compile import compiled
from voice_engine.providers.realtime.models import is_realtime, realtime, speaks_itself, stand_in
from voice_engine.spec import AssistantSpec

MODELS = [
    ("openai", "gpt-realtime-2.1"),
    ("openai", "gpt-realtime-2.1-mini"),
    ("dashscope", "qwen3-omni-flash-realtime"),
    ("dashscope", "qwen-audio-3.1-realtime-flash"),
    ("google", "gemini-3.8-flash-live"),
]


def spec(model: dict[str, Any], **fields: Any) -> AssistantSpec:
    return compiled({"model": model, **fields}).spec.assistant


@pytest.mark.parametrize(("provider", "model"), MODELS)
def test_a_realtime_model_hears_and_speaks_itself(provider: str, model: str):
    assistant = spec({"provider": provider, "model": model, "realtime": {"language": "en"}})

    assert realtime(assistant.model)
    assert speaks_itself(assistant)
    assert assistant.transcriber.provider == assistant.voice.provider == provider
    assert assistant.speaks == "en"


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-6-luna"), ("openai", "gpt-realtime-whisper"), ("dashscope", "qwen-plus"),
        ("dashscope", "qwen3-asr-flash-realtime"), ("google", "gemini-3.8-flash"),
        ("deep-seek", "gpt-realtime"),
    ],
)  # fmt: skip
def test_other_models_do_not(provider: str, model: str):
    assert not is_realtime(provider, model)


@pytest.mark.parametrize(("provider", "model"), MODELS[:3])
def test_a_voice_of_the_models_own_provider_is_the_models_voice(provider: str, model: str):
    assistant = spec({"provider": provider, "model": model}, voice={"provider": provider, "voiceId": "marin"})

    assert speaks_itself(assistant)
    assert assistant.voice.voice_id == "marin"


def test_its_knobs_are_the_models_and_another_voice_says_given_words():
    knobs = {"voice": "marin", "silenceMs": 400}
    assistant = spec(
        {"provider": "openai", "model": "gpt-realtime-2.1", "realtime": knobs}, voice={"provider": "espeak"}
    )

    assert assistant.model.extra == knobs
    assert not speaks_itself(assistant)


def test_a_stand_in_takes_over_from_it():
    plan = {"models": [{"provider": "dashscope", "model": "qwen-flash"}]}
    assistant = spec({"provider": "openai", "model": "gpt-realtime-2.1", "fallbackPlan": plan})

    assert [(m.provider, m.model) for m in assistant.model.fallbacks] == [("dashscope", "qwen-flash")]
    assert stand_in(assistant) is None  # it names nobody who hears

    heard = spec(
        {"provider": "openai", "model": "gpt-realtime-2.1", "fallbackPlan": plan},
        transcriber={"provider": "pocketsphinx"},
    )
    other = stand_in(heard)
    assert other
    assert (other.model.model, other.transcriber.provider, other.voice.provider) == (
        "qwen-flash", "pocketsphinx", "espeak",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "knobs", "why"),
    [
        ("gpt-realtime-2.1", {"silenceMs": 1}, "from 100 to 5000"),
        ("gpt-realtime-2.1", {"volume": 1}, "should not exist"),
        ("gpt-6-luna", {"voice": "marin"}, "is not for gpt-6-luna"),
    ],
)
def test_wrong_knobs_are_refused_when_the_assistant_is_saved(model: str, knobs: dict[str, Any], why: str):
    with pytest.raises(ValidationError) as refused:
        spec({"provider": "openai", "model": model, "realtime": knobs})

    assert why in str(refused.value)


def test_a_realtime_model_cannot_stand_in_for_a_plain_one():
    plan = {"models": [{"provider": "openai", "model": "gpt-realtime-2.1"}]}

    with pytest.raises(ValidationError, match="only stand in for another one"):
        spec({"provider": "dashscope", "model": "qwen-flash", "fallbackPlan": plan})
