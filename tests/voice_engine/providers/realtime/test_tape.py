"""What of the caller's sound another socket must hear."""

import pytest

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.realtime.tape import BEFORE_S, Tape


def feed(tape: Tape, seconds: float, *, heard: bool = True) -> None:
    for _ in range(round(seconds / 0.02)):
        tape.add(AudioFrame(bytes(640), 16000), heard=heard)


def kept(tape: Tape) -> float:
    return round(sum(frame.seconds for frame in tape.frames()), 2)


def test_of_silence_only_the_newest_part_is_kept():
    tape = Tape()
    feed(tape, 5)

    assert kept(tape) == pytest.approx(BEFORE_S, abs=0.03)


def test_of_speech_everything_is_kept_with_what_was_before_it():
    tape = Tape()
    feed(tape, 5)
    tape.speech(True)
    feed(tape, 7)

    assert kept(tape) == pytest.approx(7 + BEFORE_S, abs=0.03)


def test_a_turn_is_kept_until_it_is_answered_and_what_came_after_it_stays():
    tape = Tape()
    tape.speech(True)
    feed(tape, 3)
    tape.speech(False)
    feed(tape, 2)

    assert (kept(tape), tape.finished) == (5, True)
    tape.answered()
    assert (kept(tape), tape.finished) == (2, False)


def test_while_no_vendor_listens_everything_is_kept():
    tape = Tape()
    feed(tape, 3, heard=False)

    assert kept(tape) == 3
