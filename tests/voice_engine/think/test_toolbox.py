"""A conversation never stops because a tool did."""

import asyncio

import pytest

from voice_engine.kernel.errors import Unavailable
from voice_engine.providers.base import ToolCall
from voice_engine.simulate.loop import run_virtual
from voice_engine.spec import ToolSpec
from voice_engine.think.toolbox import Toolbox
from voice_engine.think.tools.base import Round


def box(*specs: ToolSpec, answer=None, ended: list | None = None) -> Toolbox:
    async def call_server(spec, calls):
        return await answer(calls)

    return Toolbox(
        specs,
        announce=lambda calls: None,
        announce_results=lambda results: None,
        call_server=call_server,
        end_call=lambda: ended.append(True) if ended is not None else None,
    )


def run(toolbox: Toolbox, *names: str) -> list[str]:
    asked = Round("", tuple(ToolCall(f"c{i}", name, "{}") for i, name in enumerate(names)))
    run_virtual(toolbox.run(asked))
    return asked.results


SERVER = ToolSpec(name="f", server_url="https://example.com", timeout_s=5)


async def fine(calls):
    return {call.id: "晴" for call in calls}


async def refused(calls):
    raise Unavailable("tool_failed", "The tool's server answered 500.")


async def forgetful(calls):
    return {}


async def slow(calls):
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (fine, "晴"),
        (refused, "The tool failed: The tool's server answered 500."),
        (forgetful, "The tool gave no result for this call."),
        (slow, "The tool did not answer within 5 seconds."),
    ],
)
def test_whatever_the_server_does_becomes_a_sentence_for_the_model(answer, text):
    assert run(box(SERVER, answer=answer), "f") == [text]


def test_a_tool_that_does_not_exist_is_named():
    assert run(box(), "g") == ["There is no tool named g."]


def test_end_call_asks_for_the_goodbye():
    ended: list = []

    run(box(ToolSpec(name="endCall", kind="endCall"), ended=ended), "endCall")

    assert ended == [True]


def test_calls_run_side_by_side_and_answer_in_their_order():
    toolbox = box(ToolSpec(name="a", timeout_s=2), ToolSpec(name="b", timeout_s=2))

    async def both():
        asked = Round("", (ToolCall("1", "a", ""), ToolCall("2", "b", "")))
        running = asyncio.create_task(toolbox.run(asked))
        await asyncio.sleep(0.1)
        toolbox.deliver("2", "zwei")
        toolbox.deliver("1", "eins")
        await running
        return asked.results

    assert run_virtual(both()) == ["eins", "zwei"]


def test_a_result_nobody_waits_for_is_refused():
    assert box().deliver("1", "x") is False
