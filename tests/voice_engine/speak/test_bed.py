"""The loop of background sound under a call."""

import numpy as np
import pytest

from voice_engine.audio.level import db
from voice_engine.kernel.errors import BadRequest
from voice_engine.speak.bed import DUCKED, LEVEL_DB, OWN, Backdrop, Bed, own_bed

RATE = 8000
SLOT_SAMPLES = 160


def noise(seconds: float, loud: int = 9000) -> bytes:
    dice = np.random.default_rng(7)
    return dice.integers(-loud, loud, int(seconds * RATE)).astype("<i2").tobytes()


def samples(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, "<i2").astype(int)


def test_a_bed_is_as_loud_as_a_bed_should_be_however_loud_the_file_was():
    quiet, loud = Bed(noise(2, 900), RATE), Bed(noise(2, 30_000), RATE)

    for bed in (quiet, loud):
        assert abs(db(b"".join(bed.loud(index) for index in range(90))) - LEVEL_DB) < 0.5


def test_a_bed_goes_round_and_round():
    bed = Bed(noise(2), RATE, seamless=True)

    assert bed.loud(0) == bed.loud(100) == bed.loud(700)
    assert bed.loud(1) != bed.loud(0)


def test_the_agent_has_the_room_to_itself_within_three_slots():
    bed = Bed(noise(2), RATE)
    backdrop, silence = Backdrop(bed), bytes(2 * SLOT_SAMPLES)

    for index in range(3):
        backdrop.under(silence, index)
    under = samples(backdrop.under(silence, 3))

    assert np.abs(under - samples(bed.loud(3)) * DUCKED).max() <= 1


def test_the_room_comes_back_slowly_and_never_jumps():
    bed = Bed((np.ones(2 * RATE) * 8000).astype("<i2").tobytes(), RATE, seamless=True)
    backdrop, silence = Backdrop(bed), bytes(2 * SLOT_SAMPLES)
    sounds = [backdrop.under(silence, index) for index in range(10)]
    sounds += [backdrop.alone(index) for index in range(10, 50)]

    line = samples(b"".join(sounds))

    assert np.abs(np.diff(line)).max() <= 3
    assert line[0] == line[-1] == samples(bed.loud(0))[0]
    assert line.min() < line[0] * 0.4


def test_the_loudest_speech_over_a_bed_is_clipped_and_not_turned_over():
    backdrop = Backdrop(Bed(noise(2), RATE))
    loudest = (np.ones(SLOT_SAMPLES) * 32767).astype("<i2").tobytes()

    mixed = [samples(backdrop.under(loudest, index)) for index in range(20)]

    assert min(slot.min() for slot in mixed) > 25_000
    assert max(slot.max() for slot in mixed) == 32767


@pytest.mark.parametrize("name", sorted(OWN))
@pytest.mark.parametrize("rate", [8000, 16_000])
def test_our_own_beds_are_made_once_and_always_the_same(name: str, rate: int):
    bed = own_bed(name, rate)

    assert bed is own_bed(name, rate)
    assert OWN[name](rate) == OWN[name](rate)


@pytest.mark.parametrize("name", sorted(OWN))
def test_our_own_beds_loop_without_a_click(name: str):
    line = samples(OWN[name](RATE))

    inside = np.abs(np.diff(line))

    assert abs(line[0] - line[-1]) <= inside.max()
    assert len(line) == 16 * RATE


def test_a_sound_of_half_a_second_is_no_bed():
    with pytest.raises(BadRequest) as refused:
        Bed(noise(0.5), RATE)

    assert refused.value.code == "background_too_short"
