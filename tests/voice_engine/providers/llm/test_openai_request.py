"""What is sent: the vendor's switches, the assistant's knobs, headers and keys."""

from typing import Any

import pytest

from tests.contracts.llm import GREETING, HOURS, QUESTION
from tests.contracts.tools import collect
from tests.emulators.openai import DIALECTS, OpenAiEmulator
from tests.voice_engine.providers.llm.openai_tools import adapter
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.llm.openai_compatible import OpenAiCompatibleLlm


async def sent(vendor_name: str, options: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The body and, under "headers", the headers of one request."""
    with OpenAiEmulator(vendor_name) as vendor:
        await collect(adapter(vendor, options, **more).reply(GREETING))
    return {**vendor.bodies[0], "headers": vendor.seen[0].headers, "violations": vendor.violations}


@pytest.mark.parametrize("vendor_name", DIALECTS)
async def test_every_vendor_is_asked_in_its_own_words(vendor_name: str):
    body = await sent(vendor_name, temperature=0.3, max_tokens=77)

    assert body["violations"] == []
    assert body["model"] == DIALECTS[vendor_name].model
    assert body.get("temperature", 0.3) == 0.3
    assert 77 in (body.get("max_tokens"), body.get("max_completion_tokens"))
    assert body["messages"][0] == {"role": "system", "content": "You are a friendly shop assistant."}


async def test_the_assistants_headers_are_sent_and_the_key_is_a_bearer():
    body = await sent("custom-llm", headers={"X-Shop": "7", "x-empty": ""}, api_key="sk-1")

    assert (body["headers"]["x-shop"], body["headers"]["x-empty"]) == ("7", "")
    assert body["headers"]["authorization"] == "Bearer sk-1"


async def test_without_a_key_no_authorization_is_sent():
    assert "authorization" not in (await sent("custom-llm", api_key=""))["headers"]


async def test_the_assistants_own_authorization_is_sent_as_it_is():
    body = await sent("custom-llm", api_key="", headers={"Authorization": "Basic eA=="})

    assert body["headers"]["authorization"] == "Basic eA=="


async def test_a_compressed_answer_is_not_asked_for():
    assert (await sent("custom-llm"))["headers"]["accept-encoding"] == "identity"


async def test_the_knobs_of_openai_are_passed_on():
    knobs = {"reasoningEffort": "low", "promptCacheKey": "shop", "promptCacheRetention": "24h"}
    body = await sent("openai", knobs)

    found = (body["reasoning_effort"], body["prompt_cache_key"], body["prompt_cache_retention"])
    assert found == ("low", "shop", "24h")


async def test_extra_fields_are_handed_on_as_they_are():
    told = {"metadata": {"shop": 7}, "call": {"id": "call-1"}}
    body = await sent("custom-llm", {"extraBody": told})

    assert {name: body[name] for name in told} == told
    assert body["violations"] == []


async def test_an_account_may_travel_in_headers_of_the_vendors_own():
    body = await sent("dashscope", secrets={"apiKey": "sk-1", "workspace": "ws-7"})

    assert body["headers"]["x-dashscope-workspace"] == "ws-7"


async def test_two_replies_of_one_adapter_are_asked_with_their_own_messages_and_tools():
    with OpenAiEmulator() as vendor:
        llm = adapter(vendor)
        await collect(llm.reply(QUESTION, [HOURS]))
        await collect(llm.reply(GREETING))

    assert [len(body["messages"]) for body in vendor.bodies] == [2, 2]
    assert [body["messages"][1]["content"] for body in vendor.bodies] == [
        QUESTION[1].content,
        GREETING[1].content,
    ]
    assert ["tools" in body for body in vendor.bodies] == [True, False]


# ── refused beforehand ───────────────────────────────────────────────────────────────────────────────


def build(**config: Any) -> OpenAiCompatibleLlm:
    return OpenAiCompatibleLlm(ProviderConfig(**config))


def test_a_vendor_without_an_address_needs_one():
    with pytest.raises(BadRequest, match="needs its url"):
        build(model="x", options={"provider": "custom-llm"})


@pytest.mark.parametrize("header", [{"x": "ä"}, {"x": "a\r\nb: c"}, {"": "x"}, {"a b\n": "x"}])
def test_an_impossible_header_is_refused(header: dict[str, str]):
    with pytest.raises(BadRequest, match="characters that no header may have"):
        build(headers=header, options={"provider": "openai"})


@pytest.mark.parametrize("key", ["sk-…", "sk-1\n", "密钥"])
def test_an_impossible_key_is_refused_without_being_shown(key: str):
    with pytest.raises(BadRequest) as refused:
        build(api_key=key, options={"provider": "openai"})

    assert refused.value.code == "bad_key"
    assert key not in refused.value.message


@pytest.mark.parametrize(
    ("provider", "options", "sentence"),
    [
        ("deep-seek", {"enableThinkin": True}, "`enableThinkin` does not exist; known are: enableThinking, "),
        ("deep-seek", {"enableThinking": "yes"}, "`enableThinking` is true or false"),
        ("spark", {"topK": 7}, "`topK` is a number from 1 to 6"),
        ("zhipu", {"region": "us"}, "`region` is one of intl."),
        ("openai", {"reasoningEffort": "much"}, "`reasoningEffort` is one of none, minimal, low"),
        ("openai", {"promptCacheKey": 7}, "`promptCacheKey` is text"),
        ("dashscope", {"enableSearch": 1}, "`enableSearch` is true or false"),
        ("custom-llm", {"extraBody": []}, "`extraBody` is an object"),
    ],
)
def test_a_wrong_option_is_refused_saying_what_is_allowed(provider: str, options: Any, sentence: str):
    with pytest.raises(BadRequest) as refused:
        build(base_url="https://model.example/v1", options={"provider": provider, **options})

    assert refused.value.code == "bad_option"
    assert sentence in refused.value.message
