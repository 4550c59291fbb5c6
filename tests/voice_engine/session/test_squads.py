"""A squad in a conversation, as the caller hears it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from tests.voice_engine.think.squads import member, squad
from voice_engine.kernel.errors import Conflict
from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Message, ToolCall
from voice_engine.session.parts import Parts
from voice_engine.session.session import Session
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimLlm, SimStt, SimTts, SimVad
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.world import Says, World, no_server
from voice_engine.spec import DestinationSpec, ModelSpec, SquadSpec, ToolSpec, TransferSpec

Answers = Callable[[str, Sequence[Message]], str | Sequence[ToolCall]]
REFUND = Says(1.0, "我要退款，电话13800138000。", 2.4)


def converse(
    spec: SquadSpec,
    answer: Answers,
    *says: Says,
    until: float = 14.0,
    during: Callable[[Session], Awaitable[None]] | None = None,
) -> Outcome:
    """`answer` is given the name of the member whose model is asked, and what it is asked with."""

    def model(messages: Sequence[Message]) -> str | Sequence[ToolCall]:
        return answer(messages[0].content.removeprefix("I am ").rstrip("."), messages)

    world = World(says=says or (REFUND,), until=until)
    parts = Parts(SimStt([line.text for line in world.says]), SimLlm(model), SimTts(), SimVad())
    return run_virtual(Stage(spec.entry.assistant, parts, world, no_server, during, squad=spec).run())


def to_billing(**arguments: Any) -> list[ToolCall]:
    return [ToolCall("t1", "handoff_to_member_2", '{"user_intent": "退款"}')]


def shop(to: DestinationSpec | str = "账务", **fields: Any) -> SquadSpec:
    return squad(member("前台", to), member("账务", **fields))


def front_hands_over(name: str, _: Sequence[Message]) -> str | Sequence[ToolCall]:
    return to_billing() if name == "前台" else "好的，马上给您退。"


def longest_silence(outcome: Outcome, begin: float, end: float) -> float:
    """Seconds within the two times in which nothing sounds on the agent's side."""
    sounding = [at for at, pcm in outcome.played if any(pcm) and begin <= at <= end]
    return max(b - a for a, b in zip([begin, *sounding], [*sounding, end], strict=True))


def test_the_caller_is_told_and_the_next_member_answers_without_being_asked_again():
    outcome = converse(shop(), front_hands_over)

    assert outcome.said("bot") == ["正在为您转接账务…", "好的，马上给您退。"]
    (handoff,) = outcome.of(EventType.HANDOFF)
    assert (handoff.data["from"], handoff.data["to"]) == ("前台", "账务")
    assert handoff.data["summary"] == {
        "previousAgent": "前台", "userIntent": "退款", "keyFacts": ["phone: 13800138000"], "pendingTasks": [],
    }  # fmt: skip
    assert longest_silence(outcome, REFUND.at + REFUND.seconds, 7.0) < 1.5


def test_the_next_members_model_knows_the_conversation_and_the_summary():
    seen: list[list[tuple[str, str]]] = []

    def answer(name: str, messages: Sequence[Message]) -> str | Sequence[ToolCall]:
        if name == "账务":
            seen.append([(m.role, m.content) for m in messages])
        return front_hands_over(name, messages)

    converse(shop(), answer)

    prompt, note, words = seen[0]
    assert prompt == ("system", "I am 账务.")
    assert "对方的需求：退款" in note[1]
    assert "phone: 13800138000" in note[1]
    assert words == ("user", REFUND.text)


def test_a_silent_handoff_is_not_heard():
    outcome = converse(shop(DestinationSpec(member="账务", message="")), front_hands_over)

    assert outcome.said("bot") == ["好的，马上给您退。"]
    assert outcome.of(EventType.HANDOFF)[0].data["silent"] is True


def test_a_member_that_speaks_first_greets():
    outcome = converse(shop(first_message="账务为您服务，请问您的订单号？"), front_hands_over)

    assert outcome.said("bot") == ["正在为您转接账务…", "账务为您服务，请问您的订单号？"]


def test_a_member_that_refuses_gives_the_caller_back():
    def answer(name: str, messages: Sequence[Message]) -> str | Sequence[ToolCall]:
        if name == "账务":
            return [ToolCall("t2", "refuse_handoff", '{"reason": "不归账务管"}')]
        return "那我来帮您登记。" if "没有接手" in messages[1].content else to_billing()

    outcome = converse(shop(), answer)

    assert outcome.said("bot") == ["正在为您转接账务…", "那我来帮您登记。"]
    assert [(e.data["from"], e.data["to"], e.data["returned"]) for e in outcome.of(EventType.HANDOFF)] == [
        ("前台", "账务", False),
        ("账务", "前台", True),
    ]


def test_two_members_cannot_play_ping_pong_with_a_silent_caller():
    def answer(name: str, messages: Sequence[Message]) -> str | Sequence[ToolCall]:
        if messages[-1].role == "tool":
            return "我来帮您。"
        return to_billing() if name == "前台" else [ToolCall("t2", "handoff_to_member_1", "{}")]

    pair = squad(member("前台", "账务"), member("账务", "前台"))
    outcome = converse(pair, answer)

    assert len(outcome.of(EventType.HANDOFF)) == 1
    assert outcome.said("bot") == ["正在为您转接账务…", "我来帮您。"]


def test_of_two_handoffs_at_once_the_first_counts():
    def answer(name: str, _: Sequence[Message]) -> str | Sequence[ToolCall]:
        if name == "前台":
            return [ToolCall("a", "handoff_to_member_2", "{}"), ToolCall("b", "handoff_to_member_3", "{}")]
        return f"{name}来了。"

    three = squad(member("前台", "账务", "技术"), member("账务"), member("技术"))
    outcome = converse(three, answer)

    assert [e.data["to"] for e in outcome.of(EventType.HANDOFF)] == ["账务"]
    assert outcome.said("bot")[-1] == "账务来了。"


def test_a_transfer_tool_hands_over_to_a_member_with_its_own_words():
    transfer = ToolSpec(
        name="transferCall",
        kind="transferCall",
        transfers=(TransferSpec(kind="assistant", target="账务", message="马上接账务。"),),
    )
    front = member("前台")
    model = front.assistant.model.model_copy(update={"tools": (transfer,)})
    front = front.model_copy(update={"assistant": front.assistant.model_copy(update={"model": model})})

    def answer(name: str, _: Sequence[Message]) -> str | Sequence[ToolCall]:
        return [ToolCall("t", "transferCall", '{"destination": "账务"}')] if name == "前台" else "账务来了。"

    outcome = converse(squad(front, member("账务")), answer)

    assert outcome.said("bot") == ["马上接账务。", "账务来了。"]


def test_a_caller_who_cuts_the_announcement_short_is_answered_by_the_next_member():
    def answer(name: str, messages: Sequence[Message]) -> str | Sequence[ToolCall]:
        return to_billing() if name == "前台" else f"账务听到：{messages[-1].content}"

    outcome = converse(
        shop(
            DestinationSpec(
                member="账务", message="请您稍等片刻，我马上为您转接到我们的账务部门，他们会帮助您。"
            )
        ),
        answer,
        REFUND,
        Says(5.2, "等一下我还有个问题。", 2.0),
        until=16.0,
    )

    assert [e.data["to"] for e in outcome.of(EventType.HANDOFF)] == ["账务"]
    assert "账务听到" in outcome.said("bot")[-1]
    assert "等一下我还有个问题" in outcome.said("bot")[-1]


def test_each_members_model_is_billed_under_its_own_name():
    billing = member("账务")
    other = ModelSpec(provider="sim", model="other", messages=billing.assistant.model.messages)
    billing = billing.model_copy(update={"assistant": billing.assistant.model_copy(update={"model": other})})

    outcome = converse(squad(member("前台", "账务"), billing), front_hands_over)

    models = [e.data["model"] for e in outcome.of(EventType.USAGE) if e.data["component"] == "model"]
    assert models == ["", "other"]


def test_a_handoff_can_be_ordered_from_outside():
    async def order(session: Session) -> None:
        await asyncio.sleep(6.0)
        with pytest.raises(Conflict, match="no other member named 技术"):
            session.hand_off({"assistantName": "技术"})
        session.hand_off({"assistantName": "账务"})

    outcome = converse(shop(first_message="账务为您服务。"), lambda name, _: f"{name}在。", during=order)

    assert outcome.said("bot") == ["前台在。", "正在为您转接账务…", "账务为您服务。"]
    assert outcome.of(EventType.HANDOFF)[0].data["reason"] == ""


def test_a_handoff_ordered_while_the_agent_speaks_leaves_no_silence():
    async def order(session: Session) -> None:
        await asyncio.sleep(3.0)
        session.hand_off({"assistantName": "账务"})

    outcome = converse(
        shop(first_message="账务为您服务。"), lambda name, _: f"{name}在，" + "您请说，" * 10, during=order
    )

    assert outcome.said("bot")[-2:] == ["正在为您转接账务…", "账务为您服务。"]


@pytest.mark.parametrize("name", ["handoff_to_member_2", "refuse_handoff"])
def test_without_a_squad_nobody_is_handed_over(name: str):
    def answer(_: str, messages: Sequence[Message]) -> str | Sequence[ToolCall]:
        return "好的。" if messages[-1].role == "tool" else [ToolCall("t", name, "{}")]

    outcome = converse(squad(member("前台")), answer)

    assert outcome.of(EventType.HANDOFF) == []
    assert outcome.said("bot") == ["好的。"]
