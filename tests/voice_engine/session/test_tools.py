"""Tools in whole conversations: what the caller hears while they work, and what becomes of late results."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voice_engine.kernel.events import EventType
from voice_engine.messages import conversation_items
from voice_engine.providers.base import Delta, Message, Tool, ToolCall
from voice_engine.session.parts import Parts
from voice_engine.session.session import Session
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimLlm, SimStt, SimTts, SimVad
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.world import Says, World, assistant
from voice_engine.spec import AssistantSpec, ModelSpec, ToolMessageSpec, ToolSpec, TransferSpec
from voice_engine.think.tools.base import STILL_RUNNING, Answer

ASK = [Says(1.0, "帮我订一下位。", 1.4)]


@dataclass
class Server:
    """The customer's server: answers after `delay_s`."""

    answer: Answer | str = "订好了，七号桌"
    delay_s: float = 0.0
    asked_at: list[float] = field(default_factory=list)

    async def call(self, _: ToolSpec, calls: Sequence[ToolCall]) -> Mapping[str, Answer | str]:
        self.asked_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.delay_s)
        return {call.id: self.answer for call in calls}


@dataclass
class Played:
    outcome: Outcome
    server: Server
    asked: list[list[Message]]
    spoken: list[str]


@dataclass
class _Talkative(SimLlm):
    """Says something before it calls a tool."""

    said: str = ""

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        if self.said and not any(m.tool_calls for m in messages):
            yield Delta(text=self.said)
        async for delta in super().reply(messages, tools):
            yield delta


def says(at: Any, text: str, **fields: Any) -> ToolMessageSpec:
    return ToolMessageSpec(at=at, texts={"": text}, **fields)


def book(*messages: ToolMessageSpec, **fields: Any) -> ToolSpec:
    return ToolSpec(
        name="book", messages=messages, **{"server_url": "https://example.com", "timeout_s": 20, **fields}
    )


def with_tools(*tools: ToolSpec, **changes: Any) -> AssistantSpec:
    return assistant(model=ModelSpec(provider="sim", tools=tools), **changes)


def play(
    spec: AssistantSpec,
    server: Server | None = None,
    *,
    caller: Sequence[Says] = ASK,
    call: str = "book",
    arguments: str = "{}",
    said: str = "",
    until: float = 14,
    during: Callable[[Session], Any] | None = None,
) -> Played:
    """The model calls one tool in the first turn and afterwards tells what it knows last."""
    asked: list[list[Message]] = []
    served, tts = server or Server(), SimTts(per_char_s=0.1)

    def answer(messages: Sequence[Message]) -> str | Sequence[ToolCall]:
        asked.append(list(messages))
        last = messages[-1]
        if not any(m.tool_calls for m in messages):
            return [ToolCall("t1", call, arguments)]
        return f"结果：{last.content.rsplit(': ')[-1].rsplit('; ')[-1]}。"

    model = _Talkative(answer, said=said)
    parts = Parts(SimStt([line.text for line in caller]), model, tts, SimVad())
    world = World(says=caller, until=until)
    outcome = run_virtual(Stage(spec, parts, world, served.call, during).run())
    return Played(outcome, served, asked, tts.asked)


def times(played: Played, kind: EventType) -> list[float]:
    return [event.t for event in played.outcome.of(kind)]


def test_the_result_is_answered_and_kept_in_the_calls_messages():
    played = play(with_tools(book()), Server(delay_s=0.5))

    assert played.outcome.said("bot") == ["结果：订好了，七号桌。"]
    items = [item for event in played.outcome.events for item in conversation_items(event)]
    assert [item["role"] for item in items] == ["user", "tool_calls", "tool_call_result", "bot"]
    assert items[2]["result"] == "订好了，七号桌"
    assert items[2]["metadata"]["durationMs"] == 500
    assert items[2]["secondsFromStart"] - items[1]["secondsFromStart"] >= 0.5


def test_what_the_model_says_before_a_tool_is_heard_while_it_works():
    played = play(with_tools(book()), Server(delay_s=3), said="Let me check")

    spoke = next(e.t for e in played.outcome.of(EventType.SPEECH_STARTED) if e.data["role"] == "assistant")
    assert spoke < played.outcome.of(EventType.TOOL_RESULTS)[0].t - 2
    assert played.outcome.said("bot")[0].split() == ["Let", "me", "check", "结果：订好了，七号桌。"]
    assert [m.content for m in played.asked[1] if m.tool_calls] == ["Let me check"]


def test_an_announcement_is_heard_while_the_tool_works_and_is_no_part_of_the_answer():
    played = play(with_tools(book(says("request-start", "正在订位。"))), Server(delay_s=2))

    assert played.outcome.said("bot")[-1].split() == ["正在订位。结果：订好了，七号桌。"]
    assert all("正在订位" not in m.content for m in played.asked[1])


def test_a_blocking_announcement_is_heard_before_the_server_is_asked():
    played = play(with_tools(book(says("request-start", "现在为您扣款。", blocking=True))))

    told = played.outcome.of(EventType.TOOL_CALLS)[0].t
    assert played.server.asked_at[0] - told >= 0.1 + 0.7  # the voice's first sound, seven characters


def test_a_slow_tool_without_words_is_excused_by_the_caretaker():
    played = play(with_tools(book()), Server(delay_s=2))

    assert played.spoken[:1] == ["我查一下，请稍等。"]


def test_a_completion_is_said_in_the_models_place_and_may_end_the_call():
    done = says("request-complete", "订好了，再见。", end_call=True)

    played = play(with_tools(book(done)), until=30)

    assert played.outcome.said("bot") == ["订好了，再见。"]
    assert played.outcome.reason == "assistant-ended-call"
    assert len(played.asked) == 1


def test_a_tool_goes_on_when_it_is_interrupted_and_its_result_is_told():
    caller = [*ASK, Says(5.0, "你还在听我说话吗？", 2.0)]

    played = play(with_tools(book()), Server(delay_s=9), caller=caller, until=22)

    assert len(played.server.asked_at) == 1
    assert STILL_RUNNING in [m.content for m in played.asked[1]]
    assert played.outcome.said("bot")[-1] == "结果：订好了，七号桌。"


def test_the_model_goes_on_while_a_background_tool_works_and_tells_the_result():
    played = play(with_tools(book(background=True)), Server(delay_s=6), until=18)

    first, last = played.outcome.said("bot")[0], played.outcome.said("bot")[-1]
    assert first.startswith("结果：")
    assert last == "结果：订好了，七号桌。"
    assert times(played, EventType.TOOL_RESULTS)[0] - times(played, EventType.TOOL_CALLS)[0] >= 6


def test_a_late_result_does_not_fall_into_the_callers_words():
    caller = [*ASK, Says(9.0, "我还有一个问题想问一下你们那里有没有停车位。", 5.0)]

    played = play(with_tools(book(background=True)), Server(delay_s=8), caller=caller, until=25)

    spoke = [e.t for e in played.outcome.of(EventType.SPEECH_STARTED) if e.data["role"] == "assistant"]
    assert not [t for t in spoke if 9.2 < t < 14.0]
    assert [m.content for m in played.asked[-1] if "订好了" in m.content]


def test_a_transfer_is_announced_told_to_the_client_and_ends_the_call():
    desk = TransferSpec(kind="number", target="+8657188880000", message="这就为您转前台。")
    tool = ToolSpec(name="transferCall", kind="transferCall", transfers=(desk,))

    played = play(
        with_tools(tool),
        call="transferCall",
        arguments='{"destination": "+8657188880000"}',
        until=30,
    )

    assert played.outcome.said("bot") == ["这就为您转前台。"]
    assert played.outcome.reason == "assistant-forwarded-call"
    [event] = played.outcome.of(EventType.TRANSFER_REQUESTED)
    assert event.data["destination"]["number"] == "+8657188880000"


def test_a_client_answers_once():
    refused: list[bool] = []

    async def client(session: Session) -> None:
        await asyncio.sleep(4)
        refused.extend(not session.tool_result("t1", text) for text in ("晴", "雨"))

    played = play(with_tools(book(server_url="")), during=client)

    assert refused == [False, True]
    assert played.outcome.said("bot")[-1] == "结果：晴。"


def test_nothing_of_a_tool_outlives_the_call():
    played = play(with_tools(book()), Server(delay_s=60), until=6)

    assert played.outcome.events[-1].type is EventType.SESSION_ENDED
    assert played.outcome.of(EventType.TOOL_RESULTS) == []
