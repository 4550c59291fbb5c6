"""What every model must do. Subclass, give the fixture `llm` and what it will answer.

A vendor's suite runs against its emulator, which is told the answers below.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from typing import ClassVar, Literal

import pytest

from tests.contracts.tools import assert_no_task_since, assert_stops_promptly, collect, within
from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.base import Delta, Llm, Message, Tool, ToolCall

HOURS = Tool(
    "opening_hours",
    "When the shop is open on a day.",
    {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]},
)
SYSTEM = Message("system", "You are a friendly shop assistant.")
Mess = Literal["garbage", "oversized", "cut", "stalled"]
MESSES: tuple[Mess, ...] = ("garbage", "oversized", "cut", "stalled")
GREETING = (SYSTEM, Message("user", "Hello, who are you?"))
QUESTION = (SYSTEM, Message("user", "When are you open on Monday?"))
ARGUMENTS = {"day": "Monday"}


def with_result(call: ToolCall) -> Sequence[Message]:
    """The question, the model's call and what the tool said."""
    return (
        *QUESTION,
        Message("assistant", "", tool_calls=(call,)),
        Message("tool", "from 9 to 5", tool_call_id=call.id),
    )


class LlmContract:
    """A model under test. It must greet with `greeting`, ask for HOURS, and then say `conclusion`.

    `faults` are kinds of failures that the vendor tells, or that happen to it before it has said anything;
    `messes` what it may do in the middle of its greeting. Its failures have the vendor's code where it
    `names_refusals`, and the vendor's name for the request where it `names_requests`.
    """

    greeting: ClassVar[str] = "Hello! I am the shop's assistant."
    conclusion: ClassVar[str] = "On Monday we are open from 9 to 5."
    counts_tokens: ClassVar[bool] = True
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = ()
    messes: ClassVar[tuple[Mess, ...]] = ()
    names_refusals: ClassVar[bool] = False
    names_requests: ClassVar[bool] = False

    @pytest.fixture
    async def llm(self) -> Llm:
        raise NotImplementedError("give the model under test")

    def failing(self, kind: ProviderErrorKind) -> AbstractAsyncContextManager[Llm]:
        """A model whose vendor fails in this way."""
        raise NotImplementedError("one for every entry of `faults`")

    def messing(self, mess: Mess) -> AbstractAsyncContextManager[Llm]:
        """A model whose vendor begins its greeting and then does this."""
        raise NotImplementedError("one for every entry of `messes`")

    def disordered(self) -> AbstractAsyncContextManager[Llm]:
        """A model whose vendor greets in pieces out of order, with what means nothing in between."""
        raise NotImplementedError("give it where the protocol allows for it")

    async def test_a_reply_comes_in_pieces_that_make_the_whole(self, llm: Llm):
        deltas = await collect(llm.reply(GREETING))

        assert text(deltas) == self.greeting
        assert sum(1 for d in deltas if d.text) > 1

    async def test_a_finished_reply_says_so(self, llm: Llm):
        reasons = [d.finish_reason for d in await collect(llm.reply(GREETING)) if d.finish_reason]

        assert reasons == ["stop"]

    async def test_usage_is_reported_once_and_last(self, llm: Llm):
        deltas = await collect(llm.reply(GREETING))

        used = [d.usage for d in deltas if d.usage]
        assert len(used) == 1
        assert deltas[-1].usage is used[0]
        assert set(used[0].quantities) >= {"promptTokens", "completionTokens"}
        assert (used[0].quantities["promptTokens"] > 0) == self.counts_tokens

    async def test_a_tool_is_asked_for_with_whole_arguments(self, llm: Llm):
        deltas = await collect(llm.reply(QUESTION, [HOURS]))

        (calls,) = [d.tool_calls for d in deltas if d.tool_calls]
        (call,) = calls
        assert call.name == HOURS.name
        assert call.id
        assert json.loads(call.arguments) == ARGUMENTS
        assert "tool_calls" in [d.finish_reason for d in deltas]

    async def test_a_tools_result_leads_to_a_reply(self, llm: Llm):
        asked = await collect(llm.reply(QUESTION, [HOURS]))
        call = next(c for d in asked for c in d.tool_calls)

        deltas = await collect(llm.reply(with_result(call), [HOURS]))

        assert text(deltas) == self.conclusion

    async def test_two_replies_at_once_do_not_mix(self, llm: Llm):
        both = await asyncio.gather(collect(llm.reply(GREETING)), collect(llm.reply(QUESTION, [HOURS])))

        assert text(both[0]) == self.greeting
        assert any(d.tool_calls for d in both[1])

    async def test_cancelling_in_the_middle_is_prompt_and_leaves_nothing(self, llm: Llm):
        await collect(llm.reply(GREETING))  # opens what is kept open between replies

        await assert_stops_promptly(llm.reply(GREETING), after=1)

    async def test_cancelling_before_the_first_word_is_prompt_and_leaves_nothing(self, llm: Llm):
        await collect(llm.reply(GREETING))

        await assert_stops_promptly(llm.reply(GREETING), after=0)

    async def test_closing_in_the_middle_leaves_nothing_and_the_next_reply_is_whole(self, llm: Llm):
        await collect(llm.reply(GREETING))
        before = asyncio.all_tasks()

        async with aclosing(llm.reply(GREETING)) as stream:  # type: ignore[type-var]
            await within(anext(stream))

        await assert_no_task_since(before)
        assert text(await collect(llm.reply(GREETING))) == self.greeting

    async def test_each_failure_is_a_provider_error_of_its_kind(self):
        for kind in self.faults:
            before = asyncio.all_tasks()
            async with self.failing(kind) as llm:
                with pytest.raises(ProviderError) as failure:
                    await collect(llm.reply(GREETING))
                assert (failure.value.kind, failure.value.vendor) == (kind, llm.vendor)
                self._is_named(failure.value)
            await assert_no_task_since(before)

    def _is_named(self, failure: ProviderError) -> None:
        """By the vendor's own words, unless the vendor has not said any."""
        if failure.kind in ("network", "timeout"):
            return
        assert bool(failure.vendor_code) or not self.names_refusals
        assert bool(failure.request_id) or not self.names_requests

    async def test_a_vendor_that_makes_a_mess_midway_is_left_with_what_it_said(self):
        for mess in self.messes:
            before = asyncio.all_tasks()
            said: list[Delta] = []
            async with self.messing(mess) as llm:
                with pytest.raises(ProviderError) as failure:
                    await hear(llm.reply(GREETING), said)
                assert failure.value.retryable, mess
                assert text(said), mess
                assert self.greeting.startswith(text(said)), mess
            await assert_no_task_since(before)

    async def test_pieces_out_of_order_make_the_whole_all_the_same(self):
        if type(self).disordered is LlmContract.disordered:
            return
        async with self.disordered() as llm:
            deltas = await collect(llm.reply(GREETING))

        assert text(deltas) == self.greeting
        assert [d.finish_reason for d in deltas if d.finish_reason] == ["stop"]
        assert deltas[-1].usage


async def hear(stream: AsyncIterator[Delta], said: list[Delta]) -> None:
    """Put everything a reply brings into `said`, also when it fails."""
    async with aclosing(stream) as deltas:  # type: ignore[type-var]
        async for delta in deltas:
            said.append(delta)


def text(deltas: Sequence[Delta]) -> str:
    """What was said."""
    return "".join(d.text for d in deltas)
