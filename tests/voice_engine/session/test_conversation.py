"""A conversation as a person would judge it, in virtual time."""

import asyncio

import pytest

from voice_engine.kernel.errors import ProviderError
from voice_engine.kernel.events import EventType
from voice_engine.providers.base import ToolCall
from voice_engine.simulate.parts import SimLlm
from voice_engine.simulate.world import Says, World, assistant
from voice_engine.spec import ModelSpec, ToolSpec

SPECIALS = "今天的特价有苹果，香蕉，橙子，葡萄，西瓜，还有新到的草莓和樱桃，您想要哪一种呢？"


def channel(stereo: bytes, side: int) -> list[int]:
    return [int.from_bytes(stereo[i : i + 2], "little", signed=True) for i in range(2 * side, len(stereo), 4)]


def test_a_question_is_heard_and_answered():
    world = World(says=[Says(1.0, "你们几点开门？", 1.6)], answer=lambda _: "我们早上九点开门。", until=8)

    outcome = world.run()

    assert outcome.said("user") == ["你们几点开门？"]
    assert outcome.said("bot") == ["我们早上九点开门。"]
    assert outcome.reason == "customer-ended-call"


def test_the_segments_of_a_turn_add_up_to_mouth_to_ear():
    outcome = World(says=[Says(1.0, "你们几点开门？", 1.6)], until=8).run()

    turn = outcome.of(EventType.TURN_ENDED)[0].data
    assert sum(turn["segments"].values()) == turn["mouthToEarMs"]
    measured = (turn["marks"]["soundFirstS"] - turn["marks"]["speechEndedS"]) * 1000
    assert turn["mouthToEarMs"] == pytest.approx(measured, abs=20)


def test_a_finished_question_is_answered_sooner_than_an_unfinished_one():
    def latency(text: str) -> int:
        outcome = World(says=[Says(1.0, text, 1.6)], until=8).run()
        return outcome.of(EventType.TURN_ENDED)[0].data["mouthToEarMs"]

    assert latency("你们几点开门？") + 300 < latency("我想问一下因为")


def test_the_first_message_is_spoken_without_the_model():
    outcome = World(spec=assistant(first_message="您好，这里是应答。"), until=6).run()

    used = [e.data for e in outcome.of(EventType.USAGE) if not e.data["usageId"].startswith("ready")]
    assert outcome.said("bot") == ["您好，这里是应答。"]
    assert [data["component"] for data in used] == ["voice", "transcriber", "transport", "platform"]


def test_an_interruption_stops_the_agent_and_the_history_keeps_what_was_heard():
    contexts = []

    def answer(messages):
        contexts.append([m.content for m in messages])
        return SPECIALS if len(contexts) == 1 else "好的。"

    outcome = World(
        says=[Says(1.0, "有什么特价？", 1.2), Says(5.0, "等一下我有个问题。", 1.6)], answer=answer, until=14
    ).run()

    stopped = outcome.of(EventType.USER_INTERRUPTED)
    heard = stopped[0].data["heard"]
    assert len(stopped) == 1
    assert SPECIALS.startswith(heard)
    assert 5 < len(heard) < len(SPECIALS)
    assert contexts[1][-2:] == [heard + "…—", "等一下我有个问题。"]
    assert 5.0 < outcome.flushed[0] < 5.8


def test_nothing_stale_is_played_or_recorded_after_an_interruption():
    outcome = World(
        says=[Says(1.0, "有什么特价？", 1.2), Says(5.0, "停，别说了。", 1.4)],
        answer=lambda m: SPECIALS if len(m) < 3 else "好。",
        until=6.5,
    ).run()

    flushed = outcome.flushed[0]
    after = [t for t, _ in outcome.played if flushed < t < flushed + 0.5]
    agent = channel(outcome.stereo, 1)[int((flushed + 0.04) * 16000) : int((flushed + 0.5) * 16000)]
    assert after == []
    assert set(agent) == {0}


def test_a_backchannel_does_not_stop_the_agent():
    outcome = World(
        says=[Says(1.0, "有什么特价？", 1.2), Says(5.0, "嗯", 0.4)], answer=lambda _: SPECIALS, until=16
    ).run()

    assert outcome.said("bot") == [SPECIALS]
    assert outcome.of(EventType.USER_INTERRUPTED) == []


def test_the_caller_going_on_before_the_answer_is_heard_restarts_the_answer():
    contexts = []

    def answer(messages):
        contexts.append(messages[-1].content)
        return "好的。"

    World(
        says=[Says(1.0, "我要订位。", 1.0), Says(2.6, "明天晚上七点。", 1.2)],
        answer=answer,
        llm=SimLlm(answer, first_s=0.8),
        until=8,
    ).run()

    assert contexts[-1] == "我要订位。明天晚上七点。"


def test_silence_and_the_maximum_duration_end_the_call():
    silent = World(spec=assistant(silence_timeout_s=5.0), until=60).run()
    long = World(spec=assistant(max_duration_s=10.0), until=60).run()

    assert silent.reason == "silence-timed-out"
    assert long.reason == "exceeded-max-duration"
    assert long.of(EventType.SESSION_ENDED)[0].data["durationS"] == pytest.approx(10.0, abs=0.05)


def test_an_end_call_phrase_ends_the_call_after_it_was_heard():
    outcome = World(
        says=[Says(1.0, "没有别的了。", 1.2)],
        answer=lambda _: "好的，再见。",
        spec=assistant(end_call_phrases=("再见",)),
        until=20,
    ).run()

    assert outcome.reason == "assistant-said-end-call-phrase"
    assert outcome.said("bot") == ["好的，再见。"]


def test_a_client_tool_is_asked_and_its_result_spoken():
    spec = assistant(model=ModelSpec(provider="sim", tools=(ToolSpec(name="get_weather"),)))

    def answer(messages):
        if messages[-1].role == "tool":
            return f"今天{messages[-1].content}。"
        return [ToolCall("t1", "get_weather", '{"city": "杭州"}')]

    async def client(session):
        await asyncio.sleep(4)
        assert session.tool_result("t1", "晴")

    outcome = World(
        says=[Says(1.0, "天气怎么样？", 1.2)], answer=answer, spec=spec, during=client, until=9
    ).run()

    assert outcome.of(EventType.TOOL_CALLS)[0].data["toolCalls"] == [
        {"id": "t1", "name": "get_weather", "arguments": {"city": "杭州"}}
    ]
    assert outcome.said("bot")[-1].endswith("今天晴。")


def test_the_end_call_tool_ends_the_call_after_the_goodbye():
    tools = (ToolSpec(name="endCall", kind="endCall"),)
    spec = assistant(model=ModelSpec(provider="sim", tools=tools), end_call_message="祝您生活愉快，再见！")

    def answer(messages):
        return "好的。" if messages[-1].role == "tool" else [ToolCall("t1", "endCall", "")]

    outcome = World(says=[Says(1.0, "没事了，谢谢。", 1.2)], answer=answer, spec=spec, until=20).run()

    assert outcome.reason == "assistant-ended-call"
    assert outcome.said("bot") == ["好的。", "祝您生活愉快，再见！"]


def test_a_model_that_fails_once_is_apologised_for_and_twice_ends_the_call():
    def fail(_):
        raise ProviderError("server", "sim", "down")

    once = World(says=[Says(1.0, "你好吗？", 1.0)], answer=fail, until=12).run()
    twice = World(says=[Says(1.0, "你好吗？", 1.0), Says(9.0, "还在吗？", 1.0)], answer=fail, until=20).run()

    assert "抱歉" in once.said("bot")[0]
    assert twice.reason == "call.in-progress.error-providerfault-custom-llm-llm-failed"


def test_typed_text_is_answered_aloud():
    async def types(session):
        await asyncio.sleep(1)
        session.user_text("几点了？")

    outcome = World(answer=lambda m: f"你说：{m[-1].content}", during=types, until=6).run()

    assert outcome.said("bot") == ["你说：几点了？"]


def test_words_given_by_say_wait_for_the_running_reply():
    async def says(session):
        await asyncio.sleep(0.5)
        session.say("这是插播。")

    outcome = World(spec=assistant(first_message="您好，这里是应答。"), during=says, until=9).run()

    assert outcome.said("bot") == ["您好，这里是应答。", "这是插播。"]


def test_words_that_must_not_be_interrupted_are_not():
    async def says(session):
        await asyncio.sleep(0.5)
        session.say("这句话请您一定要听完，不能打断。", interruptible=False)

    outcome = World(says=[Says(1.5, "停，别说了。", 1.4)], during=says, until=9).run()

    assert outcome.said("bot")[0] == "这句话请您一定要听完，不能打断。"
    assert outcome.of(EventType.USER_INTERRUPTED) == []


def test_events_are_numbered_without_gaps_and_end_with_the_end():
    outcome = World(says=[Says(1.0, "你好。", 0.8)], until=6).run()

    assert [e.seq for e in outcome.events] == list(range(1, len(outcome.events) + 1))
    assert outcome.events[-1].type is EventType.SESSION_ENDED


def test_the_recording_is_as_long_as_the_call_and_holds_both_sides_in_place():
    outcome = World(says=[Says(1.0, "你们几点开门？", 1.6)], until=6).run()

    caller, agent = channel(outcome.stereo, 0), channel(outcome.stereo, 1)
    first_caller = next(i for i, v in enumerate(caller) if v) / 16000
    first_agent = next(i for i, v in enumerate(agent) if v) / 16000
    marks = outcome.of(EventType.TURN_ENDED)[0].data["marks"]
    assert len(caller) / 16000 == pytest.approx(6.0, abs=0.1)
    assert first_caller == pytest.approx(1.0, abs=0.021)
    assert first_agent == pytest.approx(marks["soundFirstS"], abs=0.021)


def test_a_key_stops_the_agent_and_the_entry_is_answered():
    async def presses(session):
        await asyncio.sleep(2)
        session.keys("12#")

    spec = assistant(
        first_message="您好，查询余额请按一，转人工请按零，其他业务请按九。", first_message_interruptible=True
    )

    outcome = World(spec=spec, answer=lambda m: f"您按了{m[-1].content}。", during=presses, until=8).run()

    assert outcome.of(EventType.USER_INTERRUPTED)[0].t == pytest.approx(2.0, abs=0.05)
    assert outcome.said("user") == ["12"]
    assert outcome.said("bot")[-1] == "您按了12。"


def test_a_call_on_hold_hears_nobody_and_goes_on_afterwards():
    async def holds(session):
        await asyncio.sleep(0.5)
        session.hold(True)
        await asyncio.sleep(3)
        session.hold(False)

    says = [Says(1.0, "有人吗？", 1.0), Says(5.0, "你好吗？", 1.0)]
    spec = assistant(first_message="您好，这里是应答。")

    outcome = World(says=says, spec=spec, answer=lambda _: "我很好。", during=holds, until=12).run()

    assert outcome.said("user") == ["你好吗？"]
    assert outcome.said("bot") == ["您好，这里是应答。", "我很好。"]
    assert outcome.of(EventType.SESSION_RESUMED)[0].data["pausedS"] == 3.0


def test_a_long_hold_while_the_model_thinks_is_no_dead_air():
    async def holds(session):
        await asyncio.sleep(2.5)
        session.hold(True)
        await asyncio.sleep(6)
        session.hold(False)

    llm = SimLlm(lambda _: "我很好。", first_s=7.0)

    outcome = World(says=[Says(1.0, "你好吗？", 1.0)], llm=llm, during=holds, until=16).run()

    assert outcome.reason == "customer-ended-call"
    assert outcome.said("bot")[-1].endswith("我很好。")
