"""A conversation never stops because a tool did."""

import asyncio
from typing import Any

import pytest

from tests.voice_engine.think.conversation import Heard, Server, asked, toolbox
from voice_engine.kernel.errors import Unavailable
from voice_engine.kernel.events import EventType
from voice_engine.simulate.loop import run_virtual
from voice_engine.spec import ToolSpec
from voice_engine.think.tools.base import STILL_RUNNING, Answer, Round
from voice_engine.think.tools.toolbox import MAX_RESULT, NO_RESULT, STARTED, Toolbox


def spec(name: str = "f", **fields: Any) -> ToolSpec:
    return ToolSpec(name=name, **{"server_url": "https://example.com", "timeout_s": 5, **fields})


def client(name: str = "f", **fields: Any) -> ToolSpec:
    return spec(name, server_url="", **fields)


def run(box: Toolbox, rounds: Round) -> list[str]:
    async def go() -> list[str]:
        await box.run(rounds)
        await box.close()
        return rounds.results

    return run_virtual(go())


@pytest.mark.parametrize(
    ("server", "text"),
    [
        (Server({"f": "晴"}), "晴"),
        (Server(error=Unavailable("x", "It is broken.")), "The tool failed: It is broken."),
        (Server(error=KeyError("bug")), "The tool failed: an internal error."),
        (Server(delay_s=60), "The tool did not answer within 5 seconds."),
        (Server({"f": "长" * 9000}), "长" * MAX_RESULT + "… (cut; the answer had 9000 characters)"),
    ],
)
def test_whatever_the_server_does_becomes_a_sentence_for_the_model(server: Server, text: str):
    assert run(toolbox(spec(), server=server), asked("f")) == [text]


def test_a_call_the_server_forgot_says_so():
    assert run(toolbox(spec("forgotten")), asked("forgotten")) == [NO_RESULT]


def test_a_tool_that_does_not_exist_is_told_the_ones_that_do():
    assert run(toolbox(spec()), asked("g")) == ["There is no tool named g; there are: f."]


def test_wrong_arguments_never_reach_the_tool():
    heard, server = Heard(), Server()
    schema = {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]}

    told = run(toolbox(spec(parameters=schema), heard=heard, server=server), asked("f"))

    assert told == ["f was not run: day is missing. Correct the arguments or ask the caller."]
    assert server.asked == []
    assert heard.results()[0]["error"] == told[0]


def test_calls_for_one_server_travel_in_one_request_and_others_in_their_own():
    server = Server({"f": "1", "g": "2", "h": "3"})
    box = toolbox(spec("f"), spec("g"), spec("h", server_url="https://other.example"), server=server)

    told = run(box, asked("f", "h", "g"))

    assert told == ["1", "3", "2"]
    assert sorted([[call.name for call in calls] for calls in server.asked]) == [["f", "g"], ["h"]]


def test_arguments_that_are_always_sent_are_the_servers_business_alone():
    heard, server = Heard(), Server()

    run(toolbox(spec(fixed={"shop": 7}), heard=heard, server=server), asked(("f", '{"a": 1}')))

    assert server.asked[0][0].arguments == '{"a":1,"shop":7}'
    assert heard.events[0][1]["toolCalls"] == [{"id": "c0", "name": "f", "arguments": {"a": 1}}]


def test_events_tell_what_was_called_and_how_long_each_answer_took():
    heard = Heard()

    run(toolbox(spec(), heard=heard, server=Server({"f": "晴"}, delay_s=0.75)), asked("f"))

    assert heard.events == [
        (EventType.TOOL_CALLS, {"toolCalls": [{"id": "c0", "name": "f", "arguments": {}}]}),
        (
            EventType.TOOL_RESULTS,
            {"results": [{"toolCallId": "c0", "name": "f", "durationMs": 750, "result": "晴"}]},
        ),
    ]


# ── the client's tools ───────────────────────────────────────────────────────────────────────────────


def test_client_tools_answer_in_any_order_and_only_once():
    box, rounds = toolbox(client("a"), client("b")), asked("a", "b")

    async def go() -> list[bool]:
        running = asyncio.create_task(box.run(rounds))
        await asyncio.sleep(0.1)
        accepted = [box.deliver("c1", "zwei"), box.deliver("c1", "again"), box.deliver("c0", "eins")]
        await running
        return [*accepted, box.deliver("c0", "late")]

    assert run_virtual(go()) == [True, False, True, False]
    assert rounds.results == ["eins", "zwei"]


def test_a_client_that_does_not_answer_is_not_waited_for():
    assert run(toolbox(client()), asked("f")) == ["The tool did not answer within 5 seconds."]


# ── interruptions ────────────────────────────────────────────────────────────────────────────────────


def test_a_tool_goes_on_when_its_reply_is_interrupted_and_its_result_is_told():
    heard, server, rounds = Heard(), Server({"f": "晴"}, delay_s=2), asked("f")
    box = toolbox(spec(), heard=heard, server=server)

    async def go() -> list[str]:
        running = asyncio.create_task(box.run(rounds))
        await asyncio.sleep(1)
        running.cancel()
        rounds.abandoned = True
        told = rounds.results
        await asyncio.sleep(2)
        return told

    assert run_virtual(go()) == [STILL_RUNNING]
    assert heard.late == [("c0", "f", "晴")]
    assert heard.said == []


def test_closing_stops_what_still_runs():
    heard, rounds = Heard(), asked("f", "g")
    box = toolbox(spec("f"), client("g"), heard=heard, server=Server(delay_s=3))

    async def go() -> None:
        running = asyncio.create_task(box.run(rounds))
        await asyncio.sleep(1)
        await box.close()
        await running
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run_virtual(go())

    assert heard.results() == []


# ── in the background ────────────────────────────────────────────────────────────────────────────────


def test_a_background_tool_is_acknowledged_at_once_and_its_result_told_later():
    heard, rounds = Heard(), asked("f")
    box = toolbox(spec(background=True), heard=heard, server=Server({"f": "订好了"}, delay_s=8))

    async def go() -> float:
        await box.run(rounds)
        took = asyncio.get_running_loop().time()
        await asyncio.sleep(9)
        return took

    assert run_virtual(go()) == 0
    assert rounds.results == [STARTED]
    assert heard.late == [("c0", "f", "订好了")]
    assert heard.results()[0]["durationMs"] == 8000


def test_a_background_tool_may_be_answered_by_control_after_any_time():
    heard, rounds = Heard(), asked("forgotten", "g")
    box = toolbox(spec("forgotten", background=True), client("g", background=True), heard=heard)

    async def go() -> list[bool]:
        await box.run(rounds)
        await asyncio.sleep(100)
        accepted = [box.deliver("c0", "甲"), box.deliver("c1", "乙"), box.deliver("c1", "乙")]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return accepted

    assert run_virtual(go()) == [True, True, False]
    assert sorted(heard.late) == [("c0", "forgotten", "甲"), ("c1", "g", "乙")]


def test_an_answer_of_the_server_knows_what_is_to_be_said():
    answer = Answer("raw", warnings=("The result has no toolCallId.",))
    heard = Heard()

    run(toolbox(spec(), heard=heard, server=Server({"f": answer})), asked("f"))

    assert heard.results()[0]["warnings"] == ["The result has no toolCallId."]
