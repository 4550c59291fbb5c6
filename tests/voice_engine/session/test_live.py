"""Whole conversations with a realtime model, as a person would judge them, in virtual time."""

from asyncio import sleep
from collections.abc import Sequence
from typing import Any

import pytest

from tests.emulators.openai_realtime.brain import Call, Line, echo
from tests.voice_engine.session.livemodel import CHAR_S, LiveModel
from voice_engine.kernel.events import EventType
from voice_engine.providers.base_realtime import Append, Cancel, Respond, ToolResult, Truncate
from voice_engine.session.parts import Parts
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimLlm, SimStt, SimTts, SimVad
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.world import Says, World, assistant, no_server
from voice_engine.spec import MemberSpec, ModelSpec, SquadSpec, ToolSpec, VoiceSpec

LONG = "今天的特价有苹果，香蕉，橙子，葡萄，西瓜，还有新到的草莓和樱桃，您想要哪一种呢？"
PROMPT = ({"role": "system", "content": "你是助手。"},)


def live_assistant(*, own_voice: bool = True, tools: Sequence[ToolSpec] = (), **changes: Any) -> Any:
    """With `own_voice` the model speaks given words too, otherwise the simulator's voice does."""
    voice = VoiceSpec(provider="openai" if own_voice else "sim", language="zh")
    model = ModelSpec(provider="openai", model="gpt-realtime-2.1", messages=PROMPT, tools=tuple(tools))
    return assistant(model=model, voice=voice, **changes)


def converse(
    model: LiveModel, says: Sequence[Says] = (), *, until: float = 10, during: Any = None, **spec: Any
) -> Outcome:
    """One caller and this model."""
    model.texts = [line.text for line in says]
    world = World(says=says, spec=live_assistant(**spec), until=until, during=during)
    parts = Parts(None, None, SimTts(), SimVad(), realtime=model)
    return run_virtual(Stage(world.spec, parts, world, no_server, during).run())


def say(text: str) -> Any:
    """A brain that answers every turn with these words."""
    return lambda lines, instructions: echo(lines, instructions) if instructions else text


def first(text: str) -> Any:
    """A brain that answers the first turn with these words, the others briefly."""

    def brain(lines: Sequence[Line], instructions: str) -> str:
        return text if sum(line.role == "user" for line in lines) < 2 else "好的。"

    return brain


def test_a_question_is_heard_and_answered():
    outcome = converse(LiveModel(brain=say("九点开门。")), [Says(1.0, "你们几点开门？", 1.6)])

    assert outcome.said("user") == ["你们几点开门？"]
    assert outcome.said("bot") == ["九点开门。"]
    assert outcome.reason == "customer-ended-call"
    assert outcome.of(EventType.ERROR) == []


def test_mouth_to_ear_counts_from_the_callers_last_sound_to_the_agents_first():
    outcome = converse(LiveModel(brain=say("九点开门。")), [Says(1.0, "你们几点开门？", 1.6)])

    turn = outcome.of(EventType.TURN_ENDED)[0].data
    assert turn["mouthToEarMs"] == sum(turn["segments"].values()) == pytest.approx(800, abs=60)
    assert turn["segments"]["endpointingMs"] == pytest.approx(500, abs=40)
    assert turn["segments"]["thinkMs"] == pytest.approx(300, abs=40)


def test_tokens_of_text_and_sound_are_counted_once_a_reply():
    outcome = converse(LiveModel(), [Says(1.0, "你好。", 1.0)])

    used = [e.data for e in outcome.of(EventType.USAGE) if e.data["component"] == "model"]
    assert [(u["provider"], u["model"], u["wasted"]) for u in used] == [("openai", "gpt-realtime-2.1", False)]
    assert used[0]["quantities"]["audioCompletionTokens"] == 50.0
    assert [e for e in outcome.of(EventType.USAGE) if e.data["component"] == "transcriber"] == []


def test_an_interruption_stops_the_agent_at_once_and_the_model_learns_what_was_heard():
    model = LiveModel(brain=first(LONG))
    outcome = converse(model, [Says(1.0, "有什么特价？", 1.2), Says(5.0, "等一下我有个问题。", 1.6)], until=9)

    (stopped,) = outcome.of(EventType.USER_INTERRUPTED)
    heard = stopped.data["heard"]
    (cut,) = model.told_of(Truncate)
    began = outcome.of(EventType.TURN_ENDED)[0].data["marks"]["soundFirstS"]
    assert LONG.startswith(heard)
    assert cut.seconds == pytest.approx(outcome.flushed[0] - began, abs=0.05)
    assert len(heard) == pytest.approx(cut.seconds / CHAR_S, abs=3)
    assert 5.0 < outcome.flushed[0] < 5.3
    assert outcome.said("bot")[0] == heard


def test_nothing_of_a_cancelled_reply_is_heard_after_the_interruption():
    model = LiveModel(brain=say(LONG), pace=1.0)
    outcome = converse(model, [Says(1.0, "有什么特价？", 1.2), Says(5.0, "停，别说了。", 1.4)], until=6.5)

    assert [t for t, _ in outcome.played if outcome.flushed[0] < t < 6.4] == []
    assert len(model.told_of(Cancel)) == 1
    used = [e.data for e in outcome.of(EventType.USAGE) if e.data["component"] == "model"]
    assert [(u["provider"], u["wasted"]) for u in used] == [("live", False)]


def test_a_listeners_noise_neither_stops_the_agent_nor_is_answered():
    model = LiveModel(brain=say(LONG))
    outcome = converse(model, [Says(1.0, "有什么特价？", 1.2), Says(5.0, "嗯", 0.4)], until=16)

    assert outcome.said("bot") == [LONG]
    assert outcome.of(EventType.USER_INTERRUPTED) == []


def test_a_vendor_that_interrupts_itself_is_believed():
    model = LiveModel(brain=first(LONG), interrupts=True, pace=1.0)
    outcome = converse(model, [Says(1.0, "有什么特价？", 1.2), Says(5.0, "等一下我有个问题。", 1.6)], until=9)

    assert len(outcome.of(EventType.USER_INTERRUPTED)) == 1
    assert len(outcome.said("bot")) == 2


def test_the_caller_going_on_before_the_answer_is_heard_is_answered_once():
    model = LiveModel(brain=say("好的。"), first_s=1.0)
    outcome = converse(model, [Says(1.0, "我要订位。", 1.0), Says(2.8, "明天晚上七点。", 1.2)], until=9)

    assert outcome.said("user") == ["我要订位。\n明天晚上七点。"]
    assert outcome.said("bot") == ["好的。"]


def test_words_that_come_after_the_answer_has_begun_are_still_in_the_conversation():
    model = LiveModel(brain=say("九点开门。"), transcript_s=1.5)
    outcome = converse(model, [Says(1.0, "你们几点开门？", 1.6)])

    assert outcome.said("user") == ["你们几点开门？"]


# ── given words ──────────────────────────────────────────────────────────────────────────────────────


def test_the_first_message_is_said_by_the_model_when_no_other_voice_is_named():
    model = LiveModel()
    outcome = converse(model, first_message="您好，这里是应答。")

    (asked,) = model.told_of(Respond)
    assert asked.instructions.endswith("您好，这里是应答。")
    assert outcome.said("bot") == ["您好，这里是应答。"]
    spoken = [e.data["usageId"] for e in outcome.of(EventType.USAGE) if e.data["component"] == "voice"]
    assert all(usage_id.startswith("ready") for usage_id in spoken)


def test_a_voice_that_is_named_says_the_first_message_and_the_model_knows_it():
    model = LiveModel()
    outcome = converse(model, own_voice=False, first_message="您好，这里是应答。")

    assert outcome.said("bot") == ["您好，这里是应答。"]
    assert model.told_of(Respond) == []
    assert model.told_of(Append) == [Append("assistant", "您好，这里是应答。")]


def test_a_silent_caller_is_asked_and_the_call_ends():
    outcome = converse(LiveModel(), until=90, silence_timeout_s=40.0)

    assert outcome.said("bot")[0] == "您还在吗？"
    assert outcome.reason == "silence-timed-out"


def test_the_longest_duration_and_end_phrases_hold():
    long = converse(LiveModel(), until=60, max_duration_s=10.0)
    bye = converse(
        LiveModel(brain=say("好的，再见。")),
        [Says(1.0, "没有了。", 1.0)],
        until=20,
        end_call_phrases=("再见",),
    )

    assert long.reason == "exceeded-max-duration"
    assert bye.reason == "assistant-said-end-call-phrase"
    assert bye.said("bot") == ["好的，再见。"]


def test_a_caller_who_speaks_first_is_greeted_by_the_first_message_and_not_by_the_model():
    model = LiveModel(brain=say("模型的回答。"))
    outcome = converse(
        model, [Says(1.0, "喂，你好。", 0.8)], first_message="您好，这里是应答。",
        first_message_mode="assistant-waits-for-user",
    )  # fmt: skip

    assert outcome.said("bot") == ["您好，这里是应答。"]


def test_typed_words_and_words_to_say_are_spoken():
    async def types(session: Any) -> None:
        session.user_text("几点了？")
        session.say("这是插播。")

    model = LiveModel()
    outcome = converse(model, during=types)

    assert outcome.said("bot") == ["您说的是：几点了？", "这是插播。"]


# ── tools ────────────────────────────────────────────────────────────────────────────────────────────

HOURS = ToolSpec(name="hours")


def asks(tool: str) -> Any:
    def brain(lines: Sequence[Line], instructions: str) -> str | Call:
        if instructions:
            return echo(lines, instructions)
        return f"结果：{lines[-1].text}" if lines[-1].role == "tool" else Call(tool)

    return brain


def test_a_tool_in_the_client_is_run_and_its_result_is_spoken():
    async def client(session: Any) -> None:
        await sleep(3.5)
        (call,) = [e for e in seen if e.type is EventType.TOOL_CALLS]
        session.tool_result(call.data["toolCalls"][0]["id"], "九点")

    seen: list[Any] = []

    async def watched(session: Any) -> None:
        session.events.subscribe(seen.append)
        await client(session)

    model = LiveModel(brain=asks("hours"))
    outcome = converse(model, [Says(1.0, "几点开门？", 1.0)], tools=[HOURS], during=watched)

    (result,) = model.told_of(ToolResult)
    assert (result.call.id, result.text) == ("call-s0-r1", "九点")
    assert outcome.said("bot")[-1].endswith("结果：九点")
    assert [tool.name for tool in model.sockets[0].briefing.tools] == ["hours"]


def test_a_slow_tool_is_covered_by_a_filler():
    outcome = converse(LiveModel(brain=asks("hours")), [Says(1.0, "几点开门？", 1.0)], tools=[HOURS], until=5)

    assert outcome.said("bot")[0].startswith("我查一下")


def test_end_call_ends_the_call_after_the_goodbye():
    def brain(lines: Sequence[Line], instructions: str) -> str | Call:
        return echo(lines, instructions) if instructions else Call("bye")

    outcome = converse(
        LiveModel(brain=brain), [Says(1.0, "再见。", 1.0)], tools=[ToolSpec(name="bye", kind="endCall")],
        end_call_message="祝您生活愉快！", until=20,
    )  # fmt: skip

    assert outcome.reason == "assistant-ended-call"
    assert outcome.said("bot")[-1] == "祝您生活愉快！"


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_socket_that_breaks_in_mid_reply_is_replaced_and_the_reply_goes_on():
    def brain(lines: Sequence[Line], instructions: str) -> str | Call:
        return "还有橙子。" if instructions else "今天有苹果，有香蕉，"

    model = LiveModel(brain=brain, cuts=[7])
    outcome = converse(model, [Says(1.0, "有什么特价？", 1.2)])

    assert outcome.said("bot") == ["今天有苹果，有还有橙子。"]
    assert len(model.sockets) == 2
    assert model.sockets[1].lines[0] == Line("user", "有什么特价？")
    assert [e.data["component"] for e in outcome.of(EventType.ERROR)] == ["llm"]
    assert outcome.reason == "customer-ended-call"


def test_a_turn_whose_socket_breaks_before_the_answer_is_heard_again_and_answered_once():
    model = LiveModel(brain=say("九点开门。"), cuts=[0])
    outcome = converse(model, [Says(1.0, "你们几点开门？", 1.6)])

    assert model.heard == ["你们几点开门？", "你们几点开门？"]
    assert outcome.said("user") == ["你们几点开门？"]
    assert outcome.said("bot") == ["九点开门。"]


@pytest.mark.parametrize("vendor_tells", [True, False])
def test_a_new_socket_takes_over_before_the_old_one_ends_and_no_word_is_lost(vendor_tells: bool):
    model = LiveModel()
    if vendor_tells:
        model.expires_s = 4.0
    else:
        model.session_s = 5.0
    says = [Says(1.0, "第一个问题。", 1.2), Says(8.0, "第二个问题。", 1.2)]

    outcome = converse(model, says, until=14)

    assert len(model.sockets) >= 2
    assert model.heard == ["第一个问题。", "第二个问题。"]
    assert outcome.said("bot") == ["您说的是：第一个问题。", "您说的是：第二个问题。"]
    known = [message.content for message in model.sockets[-1].briefing.messages]
    assert known[:3] == ["你是助手。", "第一个问题。", "您说的是：第一个问题。"]


def test_a_model_that_cannot_be_had_ends_the_call_with_an_apology():
    outcome = converse(LiveModel(refusals=9, refusal="auth"), [Says(1.0, "你好。", 1.0)], until=20)

    assert outcome.reason == "call.in-progress.error-providerfault-custom-llm-llm-failed"
    assert outcome.said("bot")[0].startswith("非常抱歉")


def test_a_model_that_never_answers_leaves_nobody_in_silence():
    outcome = converse(LiveModel(mute=True), [Says(1.0, "你好。", 1.0)], until=20)

    first = outcome.of(EventType.TURN_ENDED)[0].data["marks"]["soundFirstS"]
    assert first < 4.5
    assert "抱歉" in "".join(outcome.said("bot"))


def test_the_assistants_next_model_takes_over_a_call_whose_realtime_model_is_lost():
    model = LiveModel(brain=say("实时模型。"), texts=["第一个问题。", "第二个问题。"], cuts=[0])
    model.cut_kind = "quota"
    says = [Says(1.0, model.texts[0], 1.2), Says(9.0, model.texts[1], 1.2)]
    contexts: list[list[str]] = []

    def think(messages: Sequence[Any]) -> str:
        contexts.append([message.content for message in messages])
        return "换人了。"

    spec = live_assistant(own_voice=False)
    stand_in = ModelSpec(provider="sim", model="plain")
    spec = spec.model_copy(update={"model": spec.model.model_copy(update={"fallbacks": (stand_in,)})})
    cascade = Parts(SimStt([model.texts[1]] * 2), SimLlm(think), SimTts(), SimVad())
    world = World(says=says, spec=spec, until=14)
    parts = Parts(None, None, SimTts(), SimVad(), realtime=model)

    outcome = run_virtual(Stage(spec, parts, world, no_server, stand_in=lambda _: cascade).run())

    switched = [e.data for e in outcome.of(EventType.PROVIDER_SWITCHED)]
    assert [(s["what"], s["toProvider"], s["toModel"]) for s in switched] == [("failed-over", "sim", "plain")]
    assert "抱歉" in outcome.said("bot")[0]
    assert outcome.said("bot")[-1] == "换人了。"
    assert contexts[-1][0] == "你是助手。"
    assert contexts[-1][-1] == "第二个问题。"


def test_a_call_on_hold_hears_and_says_nothing_and_goes_on_afterwards():
    async def holds(session: Any) -> None:
        await sleep(2.0)
        session.hold(True)
        await sleep(2.0)
        session.hold(False)

    outcome = converse(LiveModel(), [Says(5.0, "还在吗？", 1.0)], during=holds, until=10)

    assert outcome.said("bot") == ["您说的是：还在吗？"]


def test_a_squad_may_hand_the_caller_from_a_realtime_member_to_a_plain_one_and_back():
    says = [Says(5.0, "我要退货。", 1.2), Says(13.0, "谢谢你们。", 1.2)]
    texts = [line.text for line in says]
    model = LiveModel(texts=texts)
    talks = live_assistant(first_message="您好，总台。", first_message_mode="assistant-speaks-first")
    plain = assistant(first_message="售后为您服务。")
    squad = SquadSpec(
        members=(
            MemberSpec(name="总台", assistant=talks, role="primary"),
            MemberSpec(name="售后", assistant=plain),
        )
    )

    async def transfers(session: Any) -> None:
        await sleep(3.0)
        session.hand_off({"assistantName": "售后"})
        await sleep(7.0)
        session.hand_off({"assistantName": "总台"})

    def build(spec: Any) -> Parts:
        if spec.model.provider == "openai":
            return Parts(None, None, SimTts(), SimVad(), realtime=model)
        return Parts(SimStt(texts), SimLlm(lambda _: "好的，售后。"), SimTts(), SimVad())

    world = World(says=says, spec=talks, until=18)
    stage = Stage(talks, build(talks), world, no_server, transfers, squad=squad, stand_in=build)
    outcome = run_virtual(stage.run())

    assert [e.data["to"] for e in outcome.of(EventType.HANDOFF)] == ["售后", "总台"]
    assert outcome.said("user") == texts
    assert "好的，售后。" in outcome.said("bot")
    assert outcome.said("bot")[-1] == "您说的是：谢谢你们。"
    assert len(model.sockets) == 2
    assert "我要退货。" in [message.content for message in model.sockets[1].briefing.messages]
    assert outcome.of(EventType.ERROR) == []
