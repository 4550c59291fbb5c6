"""What is peculiar to single vendors and models: switches, temperatures, roles, and what must come back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.contracts.llm import ARGUMENTS, GREETING, HOURS, QUESTION, LlmContract, text, with_result
from tests.contracts.tools import collect
from tests.emulators.openai import DIALECTS, OpenAiEmulator, faults
from tests.voice_engine.providers.llm.openai_tools import adapter
from tests.voice_engine.providers.llm.test_openai_compatible import shop
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Message, ToolCall

pytestmark = pytest.mark.slow

MODELS = [
    ("openai", "gpt-6-luna"), ("dashscope", "qwen3.8-flash"), ("deep-seek", "deepseek-v4-pro"),
    ("moonshot", "kimi-k3"), ("zhipu", "glm-5.3-flash"), ("zhipu", "glm-4-flash"), ("zhipu", "glm-4.5-air"),
    ("qianfan", "ernie-5.5-flash-preview"), ("qianfan", "ernie-3.5-8k"), ("spark", "spark-x"),
    ("spark", "lite"),
    ("spark", "generalv3.5"), ("minimax", "MiniMax-M2.5-highspeed"), ("ark", "ep-2026-abc"),
    ("google", "gemini-2.5-flash"), ("google", "gemini-3.1-flash-lite"),
]  # fmt: skip
LATE = (  # a greeting before the caller's first word, and news in the middle
    Message("system", "You are a shop."),
    Message("system", "It is Monday."),
    Message("assistant", "Hello!"),
    Message("user", "Hi."),
    Message("system", "The parcel has come."),
    Message("user", "And now?"),
)


@pytest.mark.parametrize(("vendor_name", "model"), [*MODELS, *((n, d.model) for n, d in DIALECTS.items())])
async def test_every_model_is_asked_as_it_wants_to_be(vendor_name: str, model: str):
    with OpenAiEmulator(vendor_name, lambda _: "Good.") as vendor:
        for temperature in (0.0, 0.5, 2.0):
            llm = adapter(vendor, model=model, temperature=temperature)
            assert text(await collect(llm.reply(LATE, [HOURS]))) == "Good."

    assert vendor.violations == []
    assert "The parcel has come." in str(vendor.bodies[0]["messages"])


async def test_the_cold_end_of_a_temperature_may_be_another_switch():
    with OpenAiEmulator("zhipu") as vendor:
        await collect(adapter(vendor, temperature=0.0).reply(GREETING))

    assert vendor.bodies[0]["do_sample"] is False
    assert "temperature" not in vendor.bodies[0]


async def test_late_system_messages_are_told_in_the_users_place_where_only_the_first_may_be_one():
    with OpenAiEmulator("spark") as vendor:
        await collect(adapter(vendor).reply(LATE))

    told = [(m["role"], m["content"]) for m in vendor.bodies[0]["messages"]]
    assert told == [
        ("system", "You are a shop.\n\nIt is Monday."), ("assistant", "Hello!"), ("user", "Hi."),
        ("user", "[system] The parcel has come."), ("user", "And now?"),
    ]  # fmt: skip


async def test_where_speakers_must_alternate_the_user_begins_and_neighbours_are_one():
    with OpenAiEmulator("qianfan") as vendor:
        await collect(adapter(vendor, model="ernie-3.5-8k").reply(LATE))

    told = [(m["role"], m["content"]) for m in vendor.bodies[0]["messages"][1:]]
    assert told == [
        ("user", "（电话已接通）"), ("assistant", "Hello!"),
        ("user", "Hi.\n[system] The parcel has come.\nAnd now?"),
    ]  # fmt: skip


@pytest.mark.parametrize("vendor_name", DIALECTS)
async def test_every_vendors_count_is_understood_cached_tokens_too(vendor_name: str):
    with OpenAiEmulator(vendor_name) as vendor:
        usage = (await collect(adapter(vendor).reply(GREETING)))[-1].usage

    assert usage is not None
    assert usage.quantities == {"promptTokens": 9, "completionTokens": 4, "cachedPromptTokens": 3}
    assert not usage.estimated


async def test_an_answer_without_a_reason_is_whole_only_if_the_vendor_says_that_it_is_done():
    with OpenAiEmulator("spark") as vendor:
        vendor.always = faults.answers(*map(vendor.dialect.chunk, vendor.dialect.words("Hello!")), ends=False)
        with pytest.raises(ProviderError) as broken:
            await collect(adapter(vendor).reply(GREETING))
        vendor.always = None
        whole = await collect(adapter(vendor).reply(GREETING))

    assert (broken.value.kind, whole[-1].finish_reason) == ("network", "stop")


# ── thinking ─────────────────────────────────────────────────────────────────────────────────────────

THINKERS = [
    ("dashscope", "qwen-plus"), ("deep-seek", "deepseek-v4-pro"), ("moonshot", "kimi-k2.6"),
    ("zhipu", "glm-4.7-flash"), ("minimax", "MiniMax-M3"), ("minimax", "MiniMax-M2.5"), ("spark", "spark-x"),
    ("ark", "doubao-seed-2-1-pro"), ("google", "gemini-3.8-flash"), ("openai", "gpt-5.6-luna"),
    ("qianfan", "ernie-5.5-flash-preview"),
]  # fmt: skip


@pytest.mark.parametrize(("vendor_name", "model"), THINKERS)
async def test_a_model_that_thinks_calls_its_tools_and_gets_back_what_it_attached(
    vendor_name: str, model: str
):
    with OpenAiEmulator(vendor_name, shop) as vendor:
        llm = adapter(vendor, {"enableThinking": True}, model=model)
        asked = await collect(llm.reply(QUESTION, [HOURS]))
        (call,) = [call for delta in asked for call in delta.tool_calls]
        said = text(await collect(llm.reply(with_result(call), [HOURS])))

    assert vendor.dialect.thinks(vendor.bodies[0])
    assert any(delta.text == "" and not delta.tool_calls and not delta.usage for delta in asked)
    assert said == LlmContract.conclusion
    assert vendor.violations == []


@pytest.mark.parametrize(
    ("vendor_name", "model"),
    [("deep-seek", "deepseek-v4-pro"), ("moonshot", "kimi-k2.6"), ("minimax", "MiniMax-M2.5"),
     ("google", "gemini-3.8-flash")],
)  # fmt: skip
async def test_a_client_that_forgets_what_was_attached_is_refused(vendor_name: str, model: str):
    with OpenAiEmulator(vendor_name, shop) as vendor:
        llm = adapter(vendor, {"enableThinking": True}, model=model)
        asked = await collect(llm.reply(QUESTION, [HOURS]))
        (call,) = [replace(call, echo="") for delta in asked for call in delta.tool_calls]
        with pytest.raises(ProviderError) as refused:
            await collect(llm.reply(with_result(call), [HOURS]))

    assert refused.value.kind == "bad_request"


@pytest.mark.parametrize("vendor_name", ["deep-seek", "moonshot", "google", "minimax", "openai"])
async def test_another_vendors_call_comes_without_what_that_one_attached(vendor_name: str):
    echo = '{"vendor": "elsewhere", "message": {"reasoning_content": "hm"}, "call": {"extra_content": 1}}'
    with OpenAiEmulator(vendor_name, shop) as vendor:
        llm = adapter(vendor, {"enableThinking": True})
        calls = (ToolCall("x1", HOURS.name, "", echo), ToolCall("x2", HOURS.name, "{}", echo))
        told = (*QUESTION, Message("assistant", "", calls), Message("tool", "9", tool_call_id="x1"),
                Message("tool", "9", tool_call_id="x2"))  # fmt: skip
        await collect(llm.reply(told, [HOURS]))

    assert vendor.violations == []
    assert "hm" not in str(vendor.bodies[0])
    assert vendor.bodies[0]["messages"][2]["tool_calls"][0]["function"]["arguments"] == "{}"


# ── the emulator itself ──────────────────────────────────────────────────────────────────────────────


def ask(vendor: OpenAiEmulator, **body: Any) -> str:
    """What a clumsy client is answered, raw."""
    messages = [{"role": "user", "content": "When are you open?"}]
    limit = {vendor.dialect.limit: 50}
    asked = {"model": vendor.dialect.model, "messages": messages, "stream": True, **limit, **body}
    return httpx.post(f"{vendor.url}/chat/completions", json=asked, trust_env=False).text


TOOLS = [{"type": "function", "function": {"name": HOURS.name, "parameters": dict(HOURS.parameters)}}]


@pytest.mark.parametrize(
    ("vendor_name", "body", "violations"),
    [
        ("spark", {"tools": TOOLS}, ["tool_calls_switch is not true: tool_calls comes as an object"]),
        ("deep-seek", {}, [
            "usage in the stream is not asked for",
            "thinking is missing: the model may think, want it or not",
        ]),
        ("dashscope", {"enable_thinking": "no", "stream_options": {"include_usage": True}}, [
            "enable_thinking is no switch of this vendor",
        ]),
        ("moonshot", {"thinking": {}, "temperature": 0.3}, ["moonshot takes no temperature but its own"]),
        ("zhipu", {"thinking": {}, "temperature": 0}, ["the temperature 0 is outside what zhipu takes"]),
        ("zhipu", {"thinking": {}, "model": "glm-5.3"}, ["glm-5.3 does not know how not to think"]),
        ("custom-llm", {"stream": 1, "stream_options": {"include_usage": True}, "bogus": 1, "tools": []}, [
            "stream is not true", "bogus is no field of custom-llm", "tools is empty; OpenAI refuses that",
        ]),
    ],
)  # fmt: skip
def test_a_clumsy_client_is_noted(vendor_name: str, body: dict[str, Any], violations: Sequence[str]):
    with OpenAiEmulator(vendor_name, lambda _: (HOURS.name, ARGUMENTS)) as vendor:
        ask(vendor, **body)

    assert vendor.violations == violations


def test_who_forgets_the_switch_for_tools_gets_an_object_and_who_forgets_to_stop_thoughts_gets_them():
    with OpenAiEmulator("spark", lambda _: (HOURS.name, ARGUMENTS)) as spark:
        assert '"tool_calls": {"type"' in ask(spark, tools=TOOLS)
    with OpenAiEmulator("minimax", lambda _: "Hi.") as minimax:
        assert "<think>" in ask(minimax)
        assert "<think>" not in ask(minimax, thinking={"type": "disabled"})
