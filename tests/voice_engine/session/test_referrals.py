"""Handing over to somebody who is not in the call's spec: the control plane is asked for them in mid-call."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from tests.voice_engine.think.squads import member, squad
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Message, ToolCall
from voice_engine.session.commands import obey
from voice_engine.session.parts import Parts, Referred
from voice_engine.session.session import Session
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimLlm, SimStt, SimTts, SimVad
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.world import Says, World, assistant, no_server
from voice_engine.spec import DestinationSpec, ModelSpec, SquadSpec, ToolSpec

Json = dict[str, Any]
ASK = Says(1.0, "我叫王小明，我要退款。", 2.0)
REFERRAL = {"shown": {"type": "assistant", "assistantId": "a-2"}, "sealed": {}}
TO = ToolSpec(
    name="handoff_to_billing",
    kind="handoff",
    destination=DestinationSpec(
        member="账务",
        message="正在为您转接{name}。",
        referral=REFERRAL,
        extracts={"type": "object", "properties": {"name": {"type": "string"}}},
    ),
)


class ControlPlane:
    """Knows one more member."""

    def __init__(self, found: Referred | None = None, *, delay_s: float = 0.0) -> None:
        self.found = found or Referred(squad(member("账务")), "账务")
        self.delay_s = delay_s
        self.asked: list[Json] = []

    async def __call__(self, asked: Json) -> Referred:
        self.asked.append({**asked, "variables": dict(asked["variables"])})
        await asyncio.sleep(self.delay_s)
        if self.found.entry == "nobody":
            raise BadRequest("destination_unknown", "There is no such assistant.")
        return self.found


def play(
    tool: ToolSpec,
    control: ControlPlane,
    *,
    ask: Any = None,
    during: Callable[[Session], Awaitable[None]] | None = None,
    says: Sequence[Says] = (ASK,),
    spec: SquadSpec | None = None,
) -> tuple[Outcome, list[Sequence[Message]]]:
    seen: list[Sequence[Message]] = []

    def answer(messages: Sequence[Message]) -> str | Sequence[ToolCall]:
        seen.append(messages)
        if messages[0].content == "I am 账务.":
            return "账务为您服务。"
        if any(m.tool_calls for m in messages):
            return "我来帮您。"
        return [ToolCall("t1", tool.name, '{"name": "王小明", "user_intent": "退款"}')]

    first = assistant(name="前台", model=ModelSpec(provider="sim", tools=(tool,)))
    parts = Parts(SimStt([line.text for line in says]), SimLlm(answer), SimTts(per_char_s=0.1), SimVad())
    world = World(says=says, until=12)
    asks = {"ask": ask} if ask else {}
    stage = Stage(first, parts, world, no_server, during, squad=spec, refer=control, **asks)
    return run_virtual(stage.run()), seen


def test_an_assistant_by_itself_hands_over_to_a_stored_one():
    control = ControlPlane()

    outcome, seen = play(TO, control)

    assert outcome.said("bot") == ["正在为您转接账务。", "账务为您服务。"]
    assert control.asked == [{"referral": REFERRAL, "variables": {"name": "王小明"}}]
    (handoff,) = outcome.of(EventType.HANDOFF)
    assert (handoff.data["from"], handoff.data["to"]) == ("前台", "账务")
    assert handoff.data["variables"] == {"name": "王小明"}
    assert "退款" in seen[-1][1].content


def test_what_cannot_be_compiled_is_told_the_model():
    outcome, seen = play(TO, ControlPlane(Referred(squad(member("?")), "nobody")))

    assert outcome.of(EventType.HANDOFF) == []
    assert outcome.said("bot") == ["我来帮您。"]
    assert "There is no such assistant." in seen[-1][-1].content


def test_a_control_plane_that_hangs_does_not_hold_the_caller():
    outcome, seen = play(TO, ControlPlane(delay_s=60))

    assert "could not be reached within 5 s" in seen[-1][-1].content
    assert outcome.said("bot")[-1].endswith("我来帮您。")


def test_a_dynamic_destination_is_named_by_the_server():
    asked: list[Json] = []

    async def ask(_: ToolSpec, message: Json) -> Json:
        asked.append(message)
        return {"destination": {"type": "assistant", "assistantId": "a-2"}}

    dynamic = ToolSpec(name="handoff_to_somebody", kind="handoff", server_url="https://example.com")
    named = DestinationSpec(member="", message="换人了。")
    control = ControlPlane(Referred(squad(member("账务")), "账务", named, {"tier": "gold"}))

    outcome, _ = play(dynamic, control, ask=ask)

    assert asked[0]["type"] == "handoff-destination-request"
    assert asked[0]["parameters"]["user_intent"] == "退款"
    assert control.asked[0]["referral"] == {"given": {"type": "assistant", "assistantId": "a-2"}}
    assert outcome.said("bot") == ["换人了。", "账务为您服务。"]


def test_a_server_that_names_nobody_answers_the_model():
    async def ask(_: ToolSpec, __: Json) -> Json:
        return {"result": "Nobody is there at night."}

    dynamic = ToolSpec(name="handoff_to_somebody", kind="handoff", server_url="https://example.com")

    outcome, seen = play(dynamic, ControlPlane(), ask=ask)

    assert outcome.of(EventType.HANDOFF) == []
    assert seen[-1][-1].content == "Nobody is there at night."


def test_a_live_call_is_handed_over_from_outside_to_somebody_new():
    control = ControlPlane()

    async def order(session: Session) -> None:
        await asyncio.sleep(4)
        to = {"type": "assistant", "assistantId": "a-2"}
        obey(session, {"type": "handoff", "destination": to, "content": "给您换一位同事。"})

    outcome, _ = play(TO, control, during=order, says=())

    assert control.asked[0]["referral"] == {
        "given": {"type": "assistant", "assistantId": "a-2"},
        "ordered": True,
    }
    assert outcome.said("bot") == ["给您换一位同事。", "账务为您服务。"]


def test_an_order_that_cannot_be_carried_out_is_told():
    async def order(session: Session) -> None:
        await asyncio.sleep(2)
        obey(session, {"type": "handoff", "destination": {"type": "assistant", "assistantId": "a-9"}})

    outcome, _ = play(TO, ControlPlane(Referred(squad(member("?")), "nobody")), during=order, says=())

    (error,) = outcome.of(EventType.ERROR)
    assert (error.data["code"], error.data["fatal"]) == ("destination_unknown", False)
