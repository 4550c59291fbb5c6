"""Vapi's fallback plans, and ours, become fallbacks of the spec."""

from typing import Any

import httpx
import pytest

from tests.api.v1.assistants.test_compile import compiled
from tests.api.world import Org

_ONE = [{"provider": "espeak"}]


def test_voices_of_a_fallback_plan_are_compiled_with_their_own_credentials():
    plan = {"voices": [{"provider": "dashscope", "speed": 1.2}, {"provider": "espeak", "voiceId": "cmn"}]}
    assistant = {
        "voice": {"provider": "espeak", "voiceId": "en-us", "fallbackPlan": plan},
        "credentials": [{"provider": "dashscope", "apiKey": "sk-1"}],
    }

    voice = compiled(assistant).spec.assistant.voice

    first, second = voice.fallbacks
    assert (voice.voice_id, first.provider, first.speed) == ("en-us", "dashscope", 1.2)
    assert first.sealed_api_key == "sealed(sk-1)"
    assert second.voice_id == "cmn"
    assert "fallbackPlan" not in voice.extra


@pytest.mark.parametrize("race", [False, True])
def test_transcribers_of_a_fallback_plan_are_compiled_with_their_templates(race: bool):
    plan = {"transcribers": [{"provider": "pocketsphinx", "keywords": ["{{ customer.name }}"]}], "race": race}
    assistant = {"transcriber": {"provider": "dashscope", "fallbackPlan": plan}}

    transcriber = compiled(assistant, customer={"name": "Li"}).spec.assistant.transcriber

    (other,) = transcriber.fallbacks
    assert (other.provider, other.keywords, transcriber.race) == ("pocketsphinx", ("Li",), race)
    assert "fallbackPlan" not in transcriber.extra


def test_openais_fallback_models_have_the_first_ones_settings():
    model = {
        "provider": "openai", "model": "gpt-6-luna", "fallbackModels": ["gpt-5.6-luna"], "temperature": 0.1,
        "messages": [{"role": "system", "content": "Be kind."}],
    }  # fmt: skip

    spec = compiled({"model": model}).spec.assistant.model

    (other,) = spec.fallbacks
    assert (other.provider, other.model, other.temperature) == ("openai", "gpt-5.6-luna", 0.1)
    assert (len(spec.messages), other.messages) == (1, ())


def test_models_of_other_vendors_take_over_with_their_own_address_and_key():
    plan = [
        {"provider": "custom-llm", "url": "https://{{ customer.name }}.example/v1", "model": "m"},
        {"provider": "deep-seek", "model": "deepseek-v4-flash", "temperature": 0.9},
    ]
    assistant = {
        "model": {"provider": "dashscope", "temperature": 0.2, "fallbackPlan": {"models": plan}},
        "credentials": [{"provider": "deep-seek", "apiKey": "sk-2"}],
    }

    first, second = compiled(assistant, customer={"name": "li"}).spec.assistant.model.fallbacks

    assert (first.base_url, first.temperature) == ("https://li.example/v1", 0.2)
    assert (second.sealed_api_key, second.temperature) == ("sealed(sk-2)", 0.9)


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (
            {"voice": {"provider": "espeak", "fallbackPlan": {"voices": [{"provider": "nobody"}]}}},
            "voice.fallbackPlan.voices.0.provider should be one of the following values: ",
        ),
        (
            {"voice": {"provider": "espeak", "fallbackPlan": {"voices": _ONE, "strategy": "luck"}}},
            "voice.fallbackPlan.strategy",
        ),
        (
            {"voice": {"provider": "espeak", "fallbackPlan": {"voices": []}}},
            "voice.fallbackPlan.voices",
        ),
        (
            {
                "transcriber": {
                    "provider": "pocketsphinx",
                    "fallbackPlan": {
                        "transcribers": [
                            {
                                "provider": "dashscope",
                                "fallbackPlan": {"transcribers": [{"provider": "pocketsphinx"}]},
                            }
                        ]
                    },
                }
            },
            "transcriber.fallbackPlan.transcribers.0.fallbackPlan should not be in a fallback",
        ),
        (
            {
                "model": {
                    "provider": "scripted",
                    "fallbackPlan": {
                        "models": [
                            {
                                "provider": "openai",
                                "model": "m",
                                "messages": [{"role": "user", "content": "x"}],
                            }
                        ]
                    },
                }
            },
            "model.fallbackPlan.models.0.messages should not be in a fallback",
        ),
    ],
)
async def test_a_wrong_fallback_is_refused_by_name(
    client: httpx.AsyncClient, org: Org, part: dict[str, Any], sentence: str
):
    answer = await client.post("/v1/assistants", json=part, headers=org.headers)

    assert answer.status_code == 400
    (message,) = answer.json()["message"]
    assert sentence.rstrip() in message


async def test_a_fallback_plan_is_returned_as_it_was_given(client: httpx.AsyncClient, org: Org):
    plan = {"voices": [{"provider": "espeak", "voiceId": "cmn"}]}
    body = {"voice": {"provider": "espeak", "voiceId": "en-us", "fallbackPlan": plan}}

    created = await client.post("/v1/assistants", json=body, headers=org.headers)

    assert created.status_code == 201
    assert created.json()["voice"]["fallbackPlan"] == plan


@pytest.mark.parametrize(
    ("part", "plan"),
    [
        ("transcriber", {"transcribers": [{"provider": "pocketsphinx", "weight": 3}], "strategy": "fastest"}),
        ("voice", {"voices": [{"provider": "espeak", "weight": 3}], "strategy": "fastest"}),
        ("model", {"models": [{"provider": "openai", "model": "m", "weight": 3}], "strategy": "fastest"}),
    ],
)
def test_who_begins_and_with_what_weight_is_compiled(part: str, plan: dict[str, Any]):
    first = {"provider": "dashscope", "weight": 0.5, "fallbackPlan": plan}

    spec = getattr(compiled({part: first}).spec.assistant, part)

    assert (spec.strategy, spec.weight, spec.fallbacks[0].weight) == ("fastest", 0.5, 3)
    assert "weight" not in {**spec.extra, **spec.fallbacks[0].extra}
