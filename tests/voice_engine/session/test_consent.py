"""The caller is asked whether the call may be recorded, and not a sample is kept before a yes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voice_engine.audio.wav import HEADER_BYTES
from voice_engine.kernel.events import EventType
from voice_engine.session.recorder import Recorder
from voice_engine.simulate.stage import Outcome
from voice_engine.simulate.world import Says, World, assistant
from voice_engine.speak.pacing import SLOT_S
from voice_engine.spec import ConsentSpec

RATE = 16_000
STAY = ConsentSpec(kind="stay-on-line", message="本次通话将被录音，不同意请挂断。", wait_s=2.0)
VERBAL = ConsentSpec(kind="verbal", message="本次通话将被录音，您同意吗？")


def call(plan: ConsentSpec, *says: Says, until: float = 40, **spec: Any) -> Outcome:
    given = {"consent": plan, "first_message": "您好，请讲。", **spec}
    return World(says=list(says), spec=assistant(**given), until=until).run()


def decisions(outcome: Outcome) -> list[bool]:
    return [event.data["granted"] for event in outcome.of(EventType.RECORDING_CONSENT)]


def test_who_stays_on_the_line_agrees_and_is_then_greeted():
    outcome = call(STAY, until=15)

    [decided] = outcome.of(EventType.RECORDING_CONSENT)
    asked = next(e for e in outcome.of(EventType.MESSAGE) if e.data["message"] == STAY.message)
    assert decided.data == {"plan": "stay-on-line", "granted": True}
    assert decided.t - asked.t == pytest.approx(STAY.wait_s, abs=0.1)
    assert outcome.said("bot")[:2] == [STAY.message, "您好，请讲。"]


def test_what_is_said_while_waiting_is_not_answered():
    outcome = call(STAY, Says(4.0, "谁啊？", 0.6), until=15)

    assert decisions(outcome) == [True]
    assert outcome.said("bot")[:2] == [STAY.message, "您好，请讲。"]


def test_a_yes_begins_the_conversation_and_is_part_of_the_transcript():
    outcome = call(VERBAL, Says(5.0, "嗯，同意。", 0.8), Says(12.0, "查一下余额。", 1.0), until=20)

    assert decisions(outcome) == [True]
    assert outcome.said("bot") == [VERBAL.message, "您好，请讲。", "好的。"]
    assert outcome.said("user") == ["嗯，同意。", "查一下余额。"]


def test_after_a_no_the_call_goes_on_unrecorded():
    outcome = call(VERBAL, Says(5.0, "我不同意。", 0.8), until=15)

    assert decisions(outcome) == [False]
    assert outcome.said("bot") == [VERBAL.message, "您好，请讲。"]
    assert outcome.of(EventType.RECORDING_READY) == []


def test_a_no_ends_the_call_where_the_plan_says_so():
    plan = VERBAL.model_copy(update={"end_call": True})
    outcome = call(plan, Says(5.0, "不要录音。", 0.8), end_call_message="好的，再见。")

    assert decisions(outcome) == [False]
    assert (outcome.said("bot"), outcome.reason) == ([VERBAL.message, "好的，再见。"], "assistant-ended-call")


def test_an_answer_that_is_none_is_asked_for_once_more_and_then_is_a_no():
    outcome = call(VERBAL, Says(5.0, "什么意思？", 0.8), Says(12.0, "你们是哪里？", 1.0), until=25)

    assert decisions(outcome) == [False]
    assert outcome.said("bot") == [VERBAL.message, VERBAL.message, "您好，请讲。"]


def test_nobody_who_says_nothing_has_agreed():
    outcome = call(VERBAL, until=40)

    assert decisions(outcome) == [False]


def test_the_question_may_wait_for_the_callers_first_words():
    plan = STAY.model_copy(update={"after_caller": True})
    outcome = call(plan, Says(3.0, "喂，你好。", 0.8), until=15)

    asked = next(e for e in outcome.of(EventType.MESSAGE) if e.data["message"] == STAY.message)
    assert asked.t > 3.8
    assert decisions(outcome) == [True]


def test_without_a_plan_nobody_is_asked():
    outcome = World(says=[], spec=assistant(first_message="您好。"), until=5).run()

    assert decisions(outcome) == []
    assert outcome.said("bot") == ["您好。"]


def test_the_file_is_silent_before_consent_and_holds_everything_after_it(tmp_path: Path):
    file = tmp_path / "stereo.wav"
    recorder = Recorder(file, RATE)
    heard: list[bytes] = []
    recorder.subscribe(heard.append)
    recorder.off_record()
    slot = np.full(int(RATE * SLOT_S), 1000, "<i2").tobytes()
    for number in range(100):  # two seconds
        recorder.caller(slot)
        if number == 50:
            recorder.on_record(50 * SLOT_S)
        recorder.write((number + 1) * SLOT_S)
    recorder.close(100 * SLOT_S)

    stored = np.frombuffer(file.read_bytes()[HEADER_BYTES:], "<i2").reshape(-1, 2)[:, 0]
    agreed = int(51 * SLOT_S * RATE)
    assert not stored[:agreed].any()
    assert (stored[agreed : int(100 * SLOT_S * RATE)] == 1000).all()
    assert np.frombuffer(b"".join(heard), "<i2").any()


def test_who_never_agreed_has_no_recording(tmp_path: Path):
    recorder = Recorder(tmp_path / "stereo.wav", RATE)
    recorder.off_record()
    recorder.caller(b"\x01\x02" * RATE)
    recorder.close(1.0)

    assert not any((tmp_path / "stereo.wav").read_bytes()[HEADER_BYTES:])
