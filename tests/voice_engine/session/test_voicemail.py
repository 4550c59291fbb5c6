"""A machine answers the call."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Message, ToolCall
from voice_engine.simulate.parts import RATE
from voice_engine.simulate.stage import Outcome
from voice_engine.simulate.world import Says, World, assistant
from voice_engine.speak.pacing import SLOT_S
from voice_engine.spec import ModelSpec, ToolSpec, VoicemailPlan

GREETING = Says(0.5, "您拨打的用户暂时无法接通，请在嘀声后留言。", 3.0)
MESSAGE = "我是应答，请您回电。"


class Machine(World):
    """Speaks, and beeps for 0.4 s at `beep_at`."""

    beep_at = 6.0

    def sound(self, slot: int) -> bytes:
        at = slot * SLOT_S - self.beep_at
        if not 0 <= at < 0.4:
            return super().sound(slot)
        time = np.arange(int(RATE * SLOT_S)) / RATE + slot * SLOT_S
        # Odd samples at the edges would be read as an utterance by the scripted recogniser.
        tone = np.sin(2 * math.pi * 1000 * time) * 1990
        return tone.astype("<i2").tobytes()


def call(world: type[World] = Machine, *, says: Any = (GREETING,), until: float = 60, **spec: Any) -> Outcome:
    plan = {"voicemail": VoicemailPlan(), "voicemail_message": MESSAGE, "first_message": "您好。"}
    return world(says=list(says), spec=assistant(**{**plan, **spec}), until=until).run()


def test_the_message_is_spoken_after_the_beep_and_the_call_ends():
    outcome = call()

    message = next(e for e in outcome.of(EventType.MESSAGE) if e.data["message"] == MESSAGE)
    assert outcome.reason == "voicemail"
    assert outcome.of(EventType.VOICEMAIL_DETECTED)[0].data["by"] == "transcript"
    assert 6.3 < message.data["secondsFromStart"] < 7.5


def test_without_a_beep_the_message_is_spoken_when_nobody_waits_any_longer():
    outcome = call(World, voicemail=VoicemailPlan(beep_wait_s=12))

    message = next(e for e in outcome.of(EventType.MESSAGE) if e.data["message"] == MESSAGE)
    assert 12 <= message.data["secondsFromStart"] < 13
    assert outcome.reason == "voicemail"


def test_without_a_message_the_call_ends_at_once():
    outcome = call(voicemail_message="")

    assert outcome.reason == "voicemail"
    assert outcome.of(EventType.SESSION_ENDED)[0].t < 5


def test_by_audio_the_beep_alone_is_enough():
    outcome = call(says=(), voicemail=VoicemailPlan(by="audio"))

    assert outcome.of(EventType.VOICEMAIL_DETECTED)[0].data["by"] == "audio"
    assert (outcome.said("bot"), outcome.reason) == (["您好。", MESSAGE], "voicemail")


def test_a_person_is_talked_to():
    outcome = call(World, says=(Says(2.5, "喂，哪位？", 1.0),), until=10)

    assert outcome.reason == "customer-ended-call"
    assert outcome.said("bot") == ["您好。", "好的。"]


def test_without_a_plan_nobody_listens_for_a_machine():
    outcome = call(voicemail=None, until=10)

    assert outcome.of(EventType.VOICEMAIL_DETECTED) == []
    assert outcome.reason == "customer-ended-call"


def test_the_model_may_recognise_a_machine_itself():
    tool = ToolSpec(name="voicemail", kind="voicemail")

    def answer(messages: Sequence[Message]) -> str | list[ToolCall]:
        return "再见。" if any(m.tool_calls for m in messages) else [ToolCall("t1", "voicemail", "{}")]

    world = World(
        says=[Says(2.5, "喂，这里没有人。", 1.4)],
        spec=assistant(voicemail_message=MESSAGE, model=ModelSpec(provider="sim", tools=(tool,))),
        answer=answer,
        until=30,
    )
    outcome = world.run()

    assert outcome.reason == "voicemail"
    assert outcome.said("bot")[-1] == MESSAGE
