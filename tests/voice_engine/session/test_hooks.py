"""What an assistant does at moments of its call, as the caller hears it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Message, ToolCall
from voice_engine.session.parts import Parts
from voice_engine.session.session import Session
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimLlm, SimStt, SimTts, SimVad
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.world import Says, World, assistant
from voice_engine.spec import (
    ActionSpec,
    HookSpec,
    IdlePlan,
    MemberSpec,
    SquadSpec,
    ToolMessageSpec,
    ToolSpec,
    TransferSpec,
)

QUIET = IdlePlan(times=0)


def says(*words: str) -> ActionSpec:
    return ActionSpec(do="say", words=words)


def runs(tool: ToolSpec) -> ActionSpec:
    return ActionSpec(do="tool", tool=tool)


def hook(on: str, *actions: ActionSpec, **fields: Any) -> HookSpec:
    return HookSpec(on=on, actions=actions, **fields)


class Report:
    """The customer's server."""

    def __init__(self, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s
        self.calls: list[tuple[str, str]] = []

    async def __call__(self, tool: ToolSpec, calls: Sequence[ToolCall]) -> Mapping[str, str]:
        self.calls += [(call.name, call.arguments) for call in calls]
        await asyncio.sleep(self.delay_s)
        return {call.id: "noted" for call in calls}


def play(
    *hooks: HookSpec,
    caller: Sequence[Says] = (),
    answer: Callable[[Sequence[Message]], str] = lambda _: "好的。",
    until: float = 20,
    server: Report | None = None,
    llm: SimLlm | None = None,
    stt: SimStt | None = None,
    first_sound_s: float = 0.1,
    team: SquadSpec | None = None,
    during: Callable[[Session], Any] | None = None,
    **spec: Any,
) -> Outcome:
    heard = stt or SimStt([line.text for line in caller])
    parts = Parts(heard, llm or SimLlm(answer), SimTts(first_s=first_sound_s, per_char_s=0.1), SimVad())
    world = World(says=caller, until=until)
    whole = assistant(hooks=hooks, **{"idle": QUIET, **spec})
    return run_virtual(Stage(whole, parts, world, server or Report(), during, squad=team).run())


REPORT = ToolSpec(
    name="report",
    server_url="https://example.com",
    fixed={"why": "ended"},
    parameters={
        "type": "object",
        "properties": {"level": {"type": "string", "default": "high"}, "note": {"type": "string"}},
        "required": ["note"],
    },
)


def test_a_silent_caller_is_asked_again_and_again_in_turn():
    silent = hook("customer.speech.timeout", says("您还在吗？", "喂？"), seconds=5, times=3)

    outcome = play(silent, first_message="您好。", until=29)

    assert outcome.said("bot") == ["您好。", "您还在吗？", "喂？", "您还在吗？"]


def test_a_silence_hook_does_not_keep_the_call_from_ending_for_silence():
    silent = hook("customer.speech.timeout", says("您还在吗？"), seconds=5, times=10)

    outcome = play(silent, first_message="您好。", silence_timeout_s=12, until=60)

    assert outcome.reason == "silence-timed-out"


def test_the_count_begins_anew_when_the_caller_speaks_if_it_shall():
    def times(*, reset: bool) -> int:
        silent = hook("customer.speech.timeout", says("喂？"), seconds=3, times=1, reset_on_speech=reset)
        outcome = play(silent, caller=[Says(6.0, "我在。", 0.8)], until=16)
        return outcome.said("bot").count("喂？")

    assert (times(reset=False), times(reset=True)) == (1, 2)


def test_after_so_many_seconds_the_model_is_told():
    seen: list[str] = []

    def answer(messages: Sequence[Message]) -> str:
        seen.append(messages[-1].content)
        return "时间快到了。"

    late = hook("call.timeElapsed", ActionSpec(do="message.add", text="请收尾。"), seconds=4)

    outcome = play(late, answer=answer, until=10)

    assert (seen, outcome.said("bot")) == (["请收尾。"], ["时间快到了。"])


def test_a_prompt_lets_the_model_find_the_words():
    ask = ActionSpec(do="say", prompt=({"role": "system", "content": "问候一下。"},))

    outcome = play(
        hook("call.timeElapsed", ask, seconds=2), answer=lambda m: f"按要求：{m[-1].content}", until=8
    )

    assert outcome.said("bot") == ["按要求：问候一下。"]


def test_a_tool_is_run_with_what_it_is_always_sent_and_its_defaults():
    server = Report()

    outcome = play(hook("call.timeElapsed", runs(REPORT), seconds=1), server=server, until=4)

    assert server.calls == [("report", '{"level":"high","why":"ended"}')]
    assert outcome.of(EventType.TOOL_RESULTS)[0].data["results"][0]["result"] == "noted"


def test_something_is_said_and_then_the_call_ends():
    end = ToolSpec(name="endCall", kind="endCall")
    bye = hook("call.timeElapsed", says("时间到了，再见。"), runs(end), seconds=3)

    outcome = play(bye, until=30)

    assert (outcome.said("bot"), outcome.reason) == (["时间到了，再见。"], "assistant-ended-call")


def test_before_the_end_a_tool_is_run_for_the_reasons_that_are_listed():
    def calls(reason: str) -> int:
        server = Report()
        play(hook("call.ending", runs(REPORT), reasons=(reason,)), server=server, max_duration_s=3, until=20)
        return len(server.calls)

    assert (calls("exceeded-max-duration"), calls("silence-timed-out")) == (1, 0)


def test_last_words_are_heard_before_the_call_ends():
    outcome = play(hook("call.ending", says("我们改天再聊。")), max_duration_s=3, until=20)

    assert (outcome.said("bot"), outcome.reason) == (["我们改天再聊。"], "exceeded-max-duration")


def test_a_call_can_be_transferred_instead_of_ending():
    desk = ToolSpec(
        name="transferCall",
        kind="transferCall",
        transfers=(TransferSpec(kind="number", target="+8657188880000", message="为您转人工。"),),
    )

    outcome = play(hook("call.ending", runs(desk)), max_duration_s=3, until=20)

    assert outcome.of(EventType.TRANSFER_REQUESTED)[0].data["destination"]["number"] == "+8657188880000"
    assert outcome.said("bot") == ["为您转人工。"]
    assert outcome.reason == "call.ending.hook-executed-transfer"


def test_a_caller_who_hung_up_is_told_nothing_but_the_tool_is_run():
    server = Report()

    outcome = play(hook("call.ending", says("喂？"), runs(REPORT)), server=server, until=2)

    assert (len(server.calls), outcome.reason) == (1, "customer-ended-call")
    assert outcome.of(EventType.MODEL_OUTPUT) == []


def test_a_last_hook_that_hangs_does_not_keep_the_call_open():
    outcome = play(hook("call.ending", runs(REPORT)), server=Report(60), max_duration_s=3, until=60)

    assert outcome.reason == "exceeded-max-duration"
    assert outcome.of(EventType.SESSION_ENDED)[0].t < 14


def test_whoever_interrupts_is_answered_by_the_hook_once():
    cut = hook("assistant.speech.interrupted", says("您请讲。"))
    long = "今天的特价有苹果，香蕉，橙子，葡萄，西瓜，还有新到的草莓和樱桃，您想要哪一种呢？"

    outcome = play(
        cut, caller=[Says(2.0, "等一下我有个问题。", 1.6)], first_message=long,
        first_message_interruptible=True, until=10,
    )  # fmt: skip

    assert outcome.said("bot")[1:] == ["您请讲。", "好的。"]
    assert len(outcome.of(EventType.USER_INTERRUPTED)) == 1


def test_a_model_that_is_late_is_covered_by_the_hook_instead_of_the_apology():
    slow = SimLlm(lambda _: "好的。", first_s=30)

    outcome = play(
        hook("model.response.timeout", says("系统有点慢，请您稍等。")), llm=slow,
        caller=[Says(1.0, "你们几点开门？", 1.6)], fillers=(), until=9,
    )  # fmt: skip

    assert outcome.said("bot") == ["系统有点慢，请您稍等。"]


class Unsure(SimStt):
    """Hears everything with little confidence."""

    async def transcribe(self, frames: Any) -> Any:
        async for item in super().transcribe(frames):
            yield replace(item, confidence=0.3) if getattr(item, "final", False) else item


def test_words_that_are_uncertain_are_asked_for_again():
    unsure = hook("assistant.transcriber.endpointedSpeechLowConfidence", says("没听清，请再说一遍。"))
    caller = [Says(1.0, "你们几点开门？", 1.6)]

    outcome = play(unsure, caller=caller, stt=Unsure([caller[0].text]), until=8)

    assert outcome.said("bot") == ["没听清，请再说一遍。"]


def test_a_hooks_tool_says_what_it_says():
    told = REPORT.model_copy(
        update={"messages": (ToolMessageSpec(at="request-complete", texts={"": "已经记录。"}),)}
    )

    outcome = play(hook("call.timeElapsed", runs(told), seconds=1), until=6)

    assert outcome.said("bot") == ["已经记录。"]


def test_a_client_answers_a_hooks_tool():
    asked = ToolSpec(name="ask_screen", timeout_s=5)

    async def client(session: Session) -> None:
        await asyncio.sleep(2)
        call = next(e for e in told if e.type is EventType.TOOL_CALLS).data["toolCalls"][0]
        assert session.tool_result(call["id"], "yes")

    told: list[Any] = []

    async def watch(session: Session) -> None:
        session.events.subscribe(told.append)
        await client(session)

    outcome = play(hook("call.timeElapsed", runs(asked), seconds=1), during=watch, until=6)

    assert outcome.of(EventType.TOOL_RESULTS)[0].data["results"][0]["result"] == "yes"


def test_an_assistant_that_talks_over_the_caller_is_noticed():
    over = hook("customer.speech.interrupted", ActionSpec(do="message.add", text="别抢话。", respond=False))
    seen: list[str] = []

    def answer(messages: Sequence[Message]) -> str:
        seen.append(" ".join(m.content for m in messages))
        return "好的。"

    play(
        over, caller=[Says(0.2, "喂，您好，我想问一下", 2.4)], first_message="您好。", first_sound_s=1.0,
        answer=answer, until=12,
    )  # fmt: skip

    assert "别抢话。" in seen[-1]


def test_a_hook_hands_over_to_a_member_of_the_squad():
    to = ToolSpec(name="handoff", kind="handoff", fixed={"destination": "账务"})
    timed = hook("call.timeElapsed", runs(to), seconds=2)
    front = assistant(hooks=(timed,), idle=QUIET)
    billing = assistant(first_message="账务为您服务。", idle=QUIET)
    team = SquadSpec(
        members=(MemberSpec(name="前台", assistant=front), MemberSpec(name="账务", assistant=billing))
    )

    outcome = play(timed, team=team, until=9)

    assert [(e.data["from"], e.data["to"]) for e in outcome.of(EventType.HANDOFF)] == [("前台", "账务")]
    assert outcome.said("bot") == ["正在为您转接账务…", "账务为您服务。"]
