"""What the benchmark's caller measures, by the samples that reach it."""

from array import array

import pytest

from voice_engine.bench.ear import Ear
from voice_engine.bench.plan import level, reply

RATE = 16000


def sound(number: int, seconds: float = 0.02, silent_first: float = 0.0) -> bytes:
    """Sound of the `number`-th reply."""
    samples = [0] * round(silent_first * RATE) + [level(reply(number))] * round(seconds * RATE)
    return array("h", samples).tobytes()


def play(ear: Ear, number: int, begin: float, seconds: float) -> None:
    """Frames of 20 ms in real time."""
    for frame in range(round(seconds / 0.02)):
        ear.sound(sound(number), begin + frame * 0.02)


@pytest.fixture
def ear() -> Ear:
    return Ear(RATE)


def test_the_answer_is_heard_with_its_first_audible_sample(ear):
    ear.asked(1.0)

    first = ear.sound(sound(0, silent_first=0.01), 1.9)

    answer = ear.heard.answers[0]
    assert first
    assert answer.heard - answer.asked == pytest.approx(0.91)


def test_sound_behind_silence_that_is_still_being_played_is_heard_later(ear):
    ear.asked(1.0)
    ear.sound(bytes(2 * RATE), 1.5)

    ear.sound(sound(0), 1.6)

    assert ear.heard.answers[0].heard == pytest.approx(2.5)


def test_more_of_the_same_reply_is_no_second_answer(ear):
    ear.asked(1.0)
    play(ear, 0, 1.9, 0.2)
    ear.asked(5.0)

    assert not ear.sound(sound(0), 5.5)
    assert ear.sound(sound(1), 5.9)
    assert [answer.heard for answer in ear.heard.answers] == [1.9, 5.9]


def test_a_reply_that_runs_dry_twice_is_broken_once(ear):
    ear.asked(1.0)
    play(ear, 0, 2.0, 0.1)
    play(ear, 0, 2.2, 0.1)
    play(ear, 0, 2.4, 0.1)

    assert ear.heard.gaps == 1
    assert ear.heard.worst_gap == pytest.approx(0.1)


def test_sound_that_came_early_covers_a_pause_of_the_server(ear):
    ear.asked(1.0)
    ear.sound(sound(0, seconds=0.5), 2.0)
    play(ear, 0, 2.45, 0.1)

    assert ear.heard.gaps == 0
    assert ear.heard.worst_gap == 0


def test_a_stop_lasts_until_the_flush_when_more_was_waiting(ear):
    ear.asked(1.0)
    ear.sound(sound(0, seconds=3), 2.0)

    ear.cut_in(3.0)
    ear.clear(3.21)
    ear.asked(3.8)
    ear.sound(sound(1), 4.7)

    assert ear.heard.stops == [pytest.approx(0.21)]
    assert ear.heard.stale == 0


def test_a_stop_without_a_flush_lasts_until_the_sound_runs_out(ear):
    ear.asked(1.0)
    ear.sound(sound(0, seconds=1.3), 2.0)

    ear.cut_in(3.0)
    ear.turn()

    assert ear.heard.stops == [pytest.approx(0.3)]


def test_old_sound_after_the_flush_is_stale_and_prolongs_the_stop(ear):
    ear.asked(1.0)
    ear.sound(sound(0, seconds=3), 2.0)

    ear.cut_in(3.0)
    ear.clear(3.2)
    ear.sound(sound(0, seconds=0.04), 3.5)
    ear.turn()

    assert ear.heard.stale == pytest.approx(0.04)
    assert ear.heard.stops == [pytest.approx(0.54)]


def test_nothing_is_counted_during_the_warm_up(ear):
    ear.counting = False
    ear.asked(1.0)
    ear.sound(sound(0), 1.9)
    ear.asked(5.0)
    ear.gave_up()

    assert ear.heard.answers == []
    assert ear.heard.missed == 0
