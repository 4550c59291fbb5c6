"""Who asks what when: the load of the benchmark."""

from typing import Any

import pytest
from picows import WSMsgType

from voice_engine.bench.caller import SLOT_S, Caller
from voice_engine.bench.plan import Plan, level, reply

PLAN = Plan(interrupted_share=1.0, turn=6.0, patience=2.0, interrupt_for=0.1)
QUESTION = [bytes([number + 1]) * 640 for number in range(10)]
SILENCE = bytes(640)


class Wire:
    """The server's end: what it was sent, and frames it sends."""

    is_disconnected = False

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, kind: WSMsgType, data: bytes) -> None:
        self.sent.append(data)


class Frame:
    """A binary frame as picows gives it."""

    msg_type = WSMsgType.BINARY

    def __init__(self, data: bytes) -> None:
        self._data = data

    def get_payload_as_bytes(self) -> bytes:
        return self._data


@pytest.fixture
def wire() -> Any:
    return Wire()


class Time:
    """Seconds, moved by the test."""

    now = 0.0


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def caller(wire, time) -> Caller:
    caller = Caller(1, PLAN, QUESTION, 0.0, lambda: time.now)
    caller.on_ws_connected(wire)
    return caller


def talk(caller: Caller, time: Time, seconds: float) -> None:
    for _ in range(round(seconds / SLOT_S)):
        caller.tick(time.now)
        time.now += SLOT_S


def test_every_turn_has_one_question_and_silence_is_sent_too(caller, wire, time):
    talk(caller, time, 12.5)

    assert len(wire.sent) == 625
    assert [frame for frame in wire.sent if frame != SILENCE] == QUESTION * 2


def test_each_question_without_an_answer_is_missed_once(caller, time):
    talk(caller, time, 12.5)

    assert caller.ear.heard.missed == 2


def test_an_answer_is_cut_into_once_and_the_next_one_heard_out(caller, wire, time):
    while caller.ear.waiting_since is None:
        talk(caller, time, SLOT_S)
    asked = len(wire.sent)

    for number in (0, 1):
        tone = level(reply(number)).to_bytes(2, "little") * 320
        caller.on_ws_frame(wire, Frame(tone))  # type: ignore[arg-type]
        talk(caller, time, 2.0)

    spoken = [frame for frame in wire.sent[asked:] if frame != SILENCE]
    assert spoken == QUESTION[:5]
    assert len(caller.ear.heard.answers) == 2
