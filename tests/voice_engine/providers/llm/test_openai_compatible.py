"""Ordinary answers: the contract, and every shape in which vendors put the same thing."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.llm import ARGUMENTS, GREETING, HOURS, MESSES, QUESTION, LlmContract, Mess, text
from tests.contracts.tools import collect, faster_than
from tests.emulators.openai import OpenAiEmulator, called, chunk, counted, faults, said
from tests.emulators.openai.dialect import Answer
from tests.emulators.openai.vendor import Behaviour
from tests.voice_engine.providers.llm.openai_tools import adapter, answered
from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.base import Message, ToolCall
from voice_engine.providers.llm.openai_compatible import OpenAiCompatibleLlm

KINDS: tuple[ProviderErrorKind, ...] = (
    "auth", "quota", "rate_limit", "bad_request", "moderation", "server", "network", "timeout",
)  # fmt: skip
SMALL = 200_000  # bytes; the real limit takes a while to fill


def shop(messages: Sequence[Any]) -> Answer:
    """The model the contract asks for."""
    if messages[-1]["role"] == "tool":
        return LlmContract.conclusion
    return LlmContract.greeting if "who" in messages[-1]["content"] else (HOURS.name, ARGUMENTS)


class TestOpenAiCompatible(LlmContract):
    """The contract, for one vendor's dialect; the others are in test_vendors."""

    dialect: ClassVar[str] = "openai"
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = KINDS
    messes: ClassVar[tuple[Mess, ...]] = MESSES
    names_refusals = True
    names_requests = True

    @pytest.fixture
    def vendor(self) -> Iterator[OpenAiEmulator]:
        with OpenAiEmulator(self.dialect, shop) as vendor:
            yield vendor
        assert vendor.violations == []

    @pytest.fixture
    async def llm(self, vendor: OpenAiEmulator) -> OpenAiCompatibleLlm:
        return adapter(vendor)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[OpenAiCompatibleLlm]:
        with OpenAiEmulator(self.dialect) as vendor:
            broken = {"network": faults.reset_at_once, "timeout": faults.stall_before_headers}
            vendor.always = broken.get(kind) or faults.refused(vendor, kind)
            yield adapter(vendor, timeout_s=0.1 if kind == "timeout" else 5.0)
        assert vendor.violations == []

    @asynccontextmanager
    async def messing(self, mess: Mess) -> AsyncIterator[OpenAiCompatibleLlm]:
        then = {"garbage": faults.garble, "oversized": faults.gush, "cut": faults.cut, "stalled": faults.hang}
        with pytest.MonkeyPatch.context() as patch, OpenAiEmulator(self.dialect) as vendor:
            patch.setattr("voice_engine.providers.llm.openai_compatible.TOKEN_S", 0.1)
            patch.setattr("voice_engine.providers.connections.ANSWER_BYTES", SMALL)
            vendor.always = faults.begun(vendor, self.greeting, then[mess])
            yield adapter(vendor)
        assert vendor.violations == []

    @asynccontextmanager
    async def disordered(self) -> AsyncIterator[OpenAiCompatibleLlm]:
        with OpenAiEmulator(self.dialect) as vendor:
            vendor.always = faults.disordered(vendor, self.greeting)
            yield adapter(vendor)
        assert vendor.violations == []


# ── usage ────────────────────────────────────────────────────────────────────────────────────────────

HELLO = (said("Hello"), chunk({}, "stop"))


@pytest.mark.parametrize(
    "last",
    [
        {"choices": [], "usage": counted(9, 4)},
        {"choices": None, "usage": counted(9, 4)},
        {"usage": counted(9, 4)},
        {"choices": [{"index": 0, "delta": {}, "usage": counted(9, 4)}]},
    ],
    ids=["no choices", "null choices", "missing choices", "inside the choice"],
)
async def test_usage_is_found_wherever_the_vendor_puts_it(last: dict[str, Any]):
    deltas = await answered(faults.answers(*HELLO, last))

    assert deltas[-1].usage is not None
    assert deltas[-1].usage.quantities == {"promptTokens": 9, "completionTokens": 4}
    assert not deltas[-1].usage.estimated


async def test_usage_in_every_chunk_is_a_running_count_of_which_the_last_holds():
    items = ({**said("Hello "), "usage": counted(9, 1)}, {**said("you"), "usage": counted(9, 2)})

    deltas = await answered(faults.answers(*items, {**chunk({}, "stop"), "usage": counted(9, 3)}))

    assert deltas[-1].usage is not None
    assert deltas[-1].usage.quantities["completionTokens"] == 3


@pytest.mark.parametrize(
    "cached",
    [{"prompt_tokens_details": {"cached_tokens": 5}}, {"prompt_cache_hit_tokens": 5}],
    ids=["OpenAI", "DeepSeek"],
)
async def test_cached_tokens_are_told_apart(cached: dict[str, Any]):
    deltas = await answered(faults.answers(*HELLO, {"choices": [], "usage": counted(9, 4) | cached}))

    assert deltas[-1].usage is not None
    assert deltas[-1].usage.quantities["cachedPromptTokens"] == 5


async def test_a_vendor_that_does_not_count_is_estimated_and_that_is_said():
    deltas = await answered(faults.answers(said("Hello, how may I help you today?"), chunk({}, "stop")))

    usage = deltas[-1].usage
    assert usage is not None
    assert usage.estimated
    assert 10 <= usage.quantities["promptTokens"] <= 40
    assert 6 <= usage.quantities["completionTokens"] <= 14


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_stream_without_done_is_whole_if_it_has_a_reason():
    deltas = await answered(faults.answers(*HELLO, ends=False))

    assert (text(deltas), deltas[-1].finish_reason) == ("Hello", "stop")


@pytest.mark.parametrize("reason", ["length", "stop_sequence"])
async def test_other_reasons_to_stop_are_passed_on(reason: str):
    deltas = await answered(faults.answers(said("Hello"), chunk({}, reason)))

    assert deltas[-1].finish_reason == reason


async def test_a_vendor_that_hangs_or_breaks_after_its_reason_has_said_everything(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("voice_engine.providers.llm.openai_compatible.USAGE_S", 0.05)

    for ending in ("hang", "reset"):
        with faster_than(2):
            deltas = await answered(_after_the_reason(ending))

        assert text(deltas) == "Hello"
        assert deltas[-1].usage is not None
        assert deltas[-1].usage.estimated


def _after_the_reason(ending: str) -> Behaviour:
    async def behave(exchange: Any) -> None:
        await exchange.begin()
        for item in HELLO:
            await exchange.event(item)
        if ending == "hang":
            await faults.stall_before_headers(exchange)
        exchange.reset()

    return behave


# ── the form ─────────────────────────────────────────────────────────────────────────────────────────

WHOLE = (
    b'data: {"choices":[{"delta":{"content":"\xe4\xbd\xa0\xe5\xa5\xbd"}}]}',
    b'data:{"choices":[{"delta":{"content":"!"},"finish_reason":"stop"}]}',
    b"data: [DONE]",
)


@pytest.mark.parametrize("line_end", [b"\n\n", b"\r\n\r\n", b"\n"], ids=["LF", "CRLF", "no empty lines"])
@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_the_stream_may_be_cut_anywhere(line_end: bytes, size: int):
    sent = b": hello\n" + line_end.join(WHOLE) + line_end

    deltas = await answered(faults.raw(*(sent[at : at + size] for at in range(0, len(sent), size))))

    assert text(deltas) == "你好!"


async def test_a_stream_may_be_called_something_else_and_end_without_a_line_end():
    deltas = await answered(faults.raw(b"\n\n".join(WHOLE[:2]), kind="text/plain"))

    assert text(deltas) == "你好!"


# ── thoughts ─────────────────────────────────────────────────────────────────────────────────────────


async def test_reasoning_is_never_said():
    items = (chunk({"reasoning_content": "Let me think."}), chunk({"reasoning": "Hm."}), *HELLO)

    assert text(await answered(faults.answers(*items))) == "Hello"


async def test_thoughts_between_tags_are_never_said_however_they_are_cut():
    pieces = ("<th", "ink>Let me", " see</thi", "nk>", "\n", "\nHel", "lo")

    assert text(await answered(faults.answers(*map(said, pieces), chunk({}, "stop")))) == "Hello"


# ── tools ────────────────────────────────────────────────────────────────────────────────────────────


async def asked(*items: dict[str, Any]) -> list[ToolCall]:
    """The calls of an answer in these chunks."""
    deltas = await answered(faults.answers(*items, chunk({}, "tool_calls")))
    return [call for delta in deltas for call in delta.tool_calls]


async def test_later_pieces_of_a_call_may_come_with_empty_id_and_name():
    calls = await asked(
        called("hours", "", index=0, id="call_1"),
        called("", '{"day":', index=0, id=""),
        {"choices": [{"delta": {"tool_calls": [{"index": 0, "id": None, "function": {"arguments": "1}"}}]}}]},
    )

    assert calls == [ToolCall("call_1", "hours", '{"day":1}')]


async def test_pieces_without_an_index_belong_to_the_call_before_or_to_their_id():
    calls = await asked(
        called("hours", '{"a":', id="x"),
        called("", "1}"),
        called("book", "{", id="y"),
        called("", "}", id="y"),
    )

    assert calls == [ToolCall("x", "hours", '{"a":1}'), ToolCall("y", "book", "{}")]


async def test_two_calls_that_share_an_index_are_two():
    calls = await asked(called("hours", "{}", index=0, id="x"), called("book", "{}", index=0, id="y"))

    assert [call.name for call in calls] == ["hours", "book"]


@pytest.mark.parametrize("place", [{}, {"index": 0}], ids=["no index", "the same index"])
async def test_two_whole_calls_without_ids_are_two(place: dict[str, Any]):
    calls = await asked(called("hours", '{"a":1}', **place), called("hours", '{"a":2}', **place))

    assert [call.arguments for call in calls] == ['{"a":1}', '{"a":2}']


async def test_a_name_that_is_repeated_with_each_piece_is_one_call():
    calls = await asked(called("hours", ""), called("hours", '{"a"'), called("hours", ":1}"))

    assert calls == [ToolCall("call_0", "hours", '{"a":1}')]


async def test_a_call_may_come_alone_instead_of_in_a_list_and_with_an_object_for_arguments():
    alone = {"type": "function", "function": {"name": "hours", "arguments": {"day": "周一"}}}

    calls = await asked(chunk({"tool_calls": alone}))

    assert calls == [ToolCall("call_0", "hours", '{"day":"周一"}')]


async def test_two_calls_may_come_interleaved():
    calls = await asked(
        called("hours", "{", index=0, id="x"), called("book", "[", index=1, id="y"),
        called("", "}", index=0), called("", "]", index=1),
    )  # fmt: skip

    assert [call.arguments for call in calls] == ["{}", "[]"]


async def test_a_call_without_an_id_gets_one():
    assert [call.id for call in await asked(called("hours", "{}", index=0))] == ["call_0"]


async def test_words_may_come_before_a_call():
    deltas = await answered(
        faults.answers(said("One moment."), called("hours", "{}", id="x"), chunk({}, "stop"))
    )

    assert text(deltas) == "One moment."
    assert [call.name for delta in deltas for call in delta.tool_calls] == ["hours"]


async def test_a_round_of_two_tools_is_told_to_the_model_as_it_happened():
    calls = (ToolCall("a", "hours", "{}"), ToolCall("b", "hours", '{"day":"Tuesday"}'))
    told = (*QUESTION, Message("assistant", "", calls), Message("tool", "9", tool_call_id="a"),
            Message("tool", "10", tool_call_id="b"))  # fmt: skip
    with OpenAiEmulator(model=lambda _: "Good.") as vendor:
        await collect(adapter(vendor).reply(told, [HOURS]))

    assert vendor.violations == []
    assert [m["role"] for m in vendor.bodies[0]["messages"][-3:]] == ["assistant", "tool", "tool"]
    assert vendor.bodies[0]["tools"][0]["function"]["parameters"] == HOURS.parameters


async def test_nothing_is_offered_when_there_are_no_tools():
    with OpenAiEmulator() as vendor:
        await collect(adapter(vendor).reply(GREETING))

    assert "tools" not in vendor.bodies[0]
