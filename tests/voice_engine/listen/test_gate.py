"""When speech begins and ends."""

import numpy as np
import pytest

from voice_engine.audio.level import power, powers
from voice_engine.listen.gate import WINDOW, SpeechGate, SpeechPaused, SpeechStarted, SpeechStopped

VOICE, HUSH = power(-25), power(-70)
STEP_S = 0.02


def feed(gate: SpeechGate, pattern: str, belief: str = "") -> list:
    """Edges of a pattern of 20 ms steps: `x` is loud, `.` is not. `belief`: the detector's, the same unless
    given.
    """
    edges = []
    for i, (char, believed) in enumerate(zip(pattern, belief or pattern, strict=True)):
        levels = [VOICE if char == "x" else HUSH] * 2
        edge = gate.hear(0.9 if believed == "x" else 0.1, levels, (i + 1) * STEP_S)
        if edge:
            edges.append((type(edge), round(edge.at, 3), round((i + 1) * STEP_S, 3)))
    return edges


def hum(seconds: float, level_db: float, seed: int = 1) -> list[float]:
    """Levels of white noise."""
    sound = np.random.default_rng(seed).normal(0, 32768 * 10 ** (level_db / 20), int(16000 * seconds))
    return powers(sound.astype("<i2").tobytes(), WINDOW)


def levels(gate: SpeechGate, probability: float, found: list[float], at: float = 0.0) -> list:
    """Edges of 10 ms windows with one belief."""
    edges = (gate.hear(probability, [level], at + (i + 1) / 100) for i, level in enumerate(found))
    return [edge for edge in edges if edge]


def test_speech_begins_where_it_began_not_where_we_were_sure():
    assert feed(SpeechGate(), "....xxxxxxxxxx") == [(SpeechStarted, 0.08, 0.24)]


def test_the_loudness_knows_the_beginning_better_than_the_detector():
    edges = feed(SpeechGate(), "....xxxxxxxxxx", belief=".......xxxxxxx")

    assert edges == [(SpeechStarted, 0.08, 0.24)]


def test_the_loudness_knows_the_end_better_than_the_detector():
    edges = feed(SpeechGate(), "x" * 20 + "." * 15, belief="x" * 24 + "." * 11)

    assert edges[1:] == [(SpeechPaused, 0.4, 0.56), (SpeechStopped, 0.4, 0.64)]


def test_noise_after_speech_does_not_belong_to_it():
    edges = feed(SpeechGate(), "x" * 40, belief="x" * 20 + "." * 20)

    assert edges[-1] == (SpeechStopped, 0.4, 0.64)


@pytest.mark.parametrize("click", ["xx", "xxx", "xx....xx"])
def test_a_click_is_not_speech(click):
    assert feed(SpeechGate(), ".." + click + "." * 40) == []


def test_a_loud_noise_the_detector_wonders_about_for_a_moment_is_not_speech():
    assert feed(SpeechGate(), "x" * 40, belief="." * 20 + "xx" + "." * 18) == []


def test_a_pause_is_told_early_and_once():
    edges = feed(SpeechGate(), "x" * 20 + "." * 10 + "x" * 20 + "." * 10)

    assert [kind for kind, *_ in edges] == [SpeechStarted, SpeechPaused, SpeechPaused]
    assert edges[1:] == [(SpeechPaused, 0.4, 0.56), (SpeechPaused, 1.0, 1.16)]


def test_a_closure_within_a_word_is_no_pause():
    assert len(feed(SpeechGate(), "x" * 20 + "." * 7 + "x" * 20)) == 1


def test_a_syllable_the_detector_has_yet_to_recognise_is_waited_for():
    edges = feed(SpeechGate(), "x" * 20 + "." * 10 + "x" * 20, belief="x" * 20 + "." * 14 + "x" * 16)

    assert [kind for kind, *_ in edges] == [SpeechStarted, SpeechPaused]


def test_a_noise_that_turns_out_to_be_no_speech_is_not_waited_for_long():
    edges = feed(SpeechGate(), "x" * 20 + "." * 10 + "x" * 20, belief="x" * 20 + "." * 30)

    assert edges[-1] == (SpeechStopped, 0.4, 0.76)


def test_a_street_does_not_keep_the_turn_open():
    gate = SpeechGate()
    levels(gate, 0.9, [VOICE] * 100)

    edges = levels(gate, 0.3, hum(8, -35), at=1.0)

    assert [type(edge) for edge in edges] == [SpeechPaused, SpeechStopped]
    assert edges[-1].at < 3.5


def test_not_even_one_the_detector_takes_for_speech_does_so_for_ever():
    gate = SpeechGate()

    edges = levels(gate, 0.9, hum(30, -35))

    assert [type(edge) for edge in edges] == [SpeechStarted, SpeechPaused, SpeechStopped]


def test_a_television_does_not_keep_the_turn_open():
    gate = SpeechGate()
    levels(gate, 0.9, [power(-18)] * 150)

    edges = levels(gate, 0.9, [power(-50 if i % 20 < 15 else -70) for i in range(60)], at=1.5)

    assert SpeechStopped(1.5) in [SpeechStopped(round(edge.at, 3)) for edge in edges[1:]]


def test_a_soft_voice_is_heard_in_a_quiet_room_and_above_a_noisy_one():
    quiet, street = SpeechGate(), SpeechGate()
    levels(quiet, 0.1, hum(5, -75))
    levels(street, 0.1, hum(5, -40))
    soft = np.array(hum(1, -52)), np.array(hum(1, -33)) + np.array(hum(1, -40, seed=2))

    heard = [
        levels(gate, 0.9, list(voice), at=5.0) for gate, voice in zip((quiet, street), soft, strict=True)
    ]

    assert [[type(edge) for edge in edges] for edges in heard] == [[SpeechStarted], [SpeechStarted]]
