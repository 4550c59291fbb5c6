"""From an assistant to its realtime model."""

import pytest

from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.factory import Factory
from voice_engine.providers.realtime.gemini import GeminiRealtime
from voice_engine.providers.realtime.models import house_voice
from voice_engine.providers.realtime.openai import OpenAiRealtime
from voice_engine.providers.realtime.place import at
from voice_engine.providers.realtime.qwen_omni import QwenOmniRealtime
from voice_engine.settings import EngineSettings
from voice_engine.simulate.world import assistant
from voice_engine.spec import AssistantSpec, ModelSpec, VoiceSpec

KEYS = {"openai_api_key": "sk-o", "dashscope_api_key": "sk-d", "gemini_api_key": "sk-g"}


def factory(**settings: str) -> Factory:
    return Factory(EngineSettings(secret="a secret of thirty-two characters", **settings))


def with_model(provider: str, model: str, **more: object) -> AssistantSpec:
    voice = VoiceSpec(provider=provider, voice_id="v", language="en")
    return assistant(model=ModelSpec(provider=provider, model=model, **more), voice=voice)


@pytest.mark.parametrize(
    ("provider", "model", "adapter"),
    [
        ("openai", "gpt-realtime-2.1", OpenAiRealtime),
        ("dashscope", "qwen3-omni-flash-realtime", QwenOmniRealtime),
        ("google", "gemini-3.8-flash-live", GeminiRealtime),
    ],
)
def test_each_provider_has_its_adapter(provider: str, model: str, adapter: type):
    built = factory(**KEYS).realtime(with_model(provider, model), "org")

    assert isinstance(built, adapter)
    assert (built.vendor, built.model) == (provider, model)


def test_without_a_key_it_is_said_which_one():
    with pytest.raises(ProviderError, match="OPENAI_API_KEY"):
        factory(openai_api_key="").realtime(with_model("openai", "gpt-realtime-2.1"), "org")


def test_a_wrong_knob_and_an_address_of_ones_own_are_refused():
    with pytest.raises(BadRequest, match="silenceMs"):
        factory(**KEYS).realtime(with_model("openai", "gpt-realtime-2.1", extra={"silenceMs": "long"}), "org")
    with pytest.raises(BadRequest, match=r"model\.url"):
        factory(**KEYS).realtime(
            with_model("openai", "gpt-realtime-2.1", base_url="https://a.example"), "org"
        )


def test_an_adapter_shows_no_key():
    built = factory(**KEYS).realtime(with_model("openai", "gpt-realtime-2.1"), "org")

    assert "sk-o" not in repr(built._endpoint())
    assert "key=" not in built._endpoint().url


def test_another_address_replaces_scheme_and_authority_only():
    assert at("wss://a.example/v1/realtime", "") == "wss://a.example/v1/realtime"
    assert at("wss://a.example/v1/realtime", "http://127.0.0.1:9/x") == "ws://127.0.0.1:9/v1/realtime"


def test_what_the_model_does_not_say_is_said_by_espeak():
    voice = house_voice(with_model("openai", "gpt-realtime-2.1"))

    assert (voice.provider, voice.language) == ("espeak", "en")
