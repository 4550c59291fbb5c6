"""What a recording says about who spoke when."""

import numpy as np
import pytest

from voice_engine.audio.level import powers
from voice_engine.audio.measure import first_audible, turns_of
from voice_engine.audio.noise import NoiseFloor, loud_above
from voice_engine.audio.wav import Wav

RATE = 16000


def side(
    seconds: float, *sounds: tuple[float, float], hiss: float = 0.0, level: float = 4000.0
) -> np.ndarray:
    """One channel: sound from … to …, over noise of so much effective value."""
    rng = np.random.default_rng(1)
    out = rng.normal(0, hiss, int(seconds * RATE)) if hiss else np.zeros(int(seconds * RATE))
    for begin, end in sounds:
        out[int(begin * RATE) : int(end * RATE)] += rng.normal(0, level, int(end * RATE) - int(begin * RATE))
    return out


def stereo(caller: np.ndarray, agent: np.ndarray) -> Wav:
    return Wav(np.column_stack((caller, agent)).clip(-32768, 32767).astype("<i2").tobytes(), RATE, 2)


@pytest.mark.parametrize("hiss", [0.0, 10.0, 100.0, 400.0])
def test_the_callers_last_voiced_sample_and_the_agents_first_audible_one(hiss):
    wav = stereo(side(6, (1.0, 2.0), (3.503, 4.497), hiss=hiss), side(6, (2.8, 3.2), (5.003, 5.5)))

    measured = turns_of(wav)

    assert [turn.caller_ended for turn in measured] == pytest.approx([2.0, 4.497], abs=0.01)
    assert [turn.agent_began for turn in measured] == pytest.approx([2.8, 5.003], abs=0.005)
    assert measured[0].mouth_to_ear == pytest.approx(0.8, abs=0.01)


def test_the_agents_own_pauses_are_no_answers():
    wav = stereo(side(6, (0.5, 1.0)), side(6, (1.5, 2.5), (3.0, 4.0)))

    assert [turn.agent_began for turn in turns_of(wav)] == [1.5]


def test_an_agent_who_speaks_first_has_been_asked_nothing():
    wav = stereo(side(6, (3.0, 4.0)), side(6, (0.5, 2.0), (4.6, 5.0)))

    assert [turn.agent_began for turn in turns_of(wav)] == [4.6]


def test_a_click_is_no_voice():
    wav = stereo(side(4, (0.5, 1.0), (1.4, 1.402)), side(4, (2.0, 3.0)))

    assert turns_of(wav)[0].caller_ended == pytest.approx(1.0, abs=0.01)


def test_silence_has_no_turns():
    assert turns_of(stereo(side(1), side(1))) == turns_of(Wav(b"", RATE, 2)) == []


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_the_first_audible_sound_is_found_within_5_ms(rate):
    pcm = np.zeros(rate // 10)
    pcm[: rate // 25] = 20  # −64 dBFS
    pcm[rate // 25 :] = 1000

    assert first_audible(pcm.astype("<i2").tobytes(), rate) == pytest.approx(0.04, abs=0.005)


def test_what_nobody_hears_is_not_audible():
    assert first_audible((20).to_bytes(2, "little") * 320, RATE) is None
    assert first_audible(b"", RATE) is None


def test_the_floor_falls_at_once_and_rises_when_the_softest_moment_is_louder_for_some_time():
    floor, fan = NoiseFloor(300), powers(side(4, hiss=300).astype("<i2").tobytes(), 160)
    floor.hear(1e-7)
    assert floor.power == pytest.approx(1e-7)

    for level in fan[:100]:
        floor.hear(level)
    early = floor.power
    for level in fan[100:]:
        floor.hear(level)

    assert early == pytest.approx(1e-7)
    assert min(fan) == pytest.approx(floor.power)
    assert max(fan) < loud_above(floor.power, 0.0)
