import numpy as np
import pytest

from voice_engine.audio.resample import Resampler, resample

PAIRS = [(8000, 16000), (16000, 8000), (48000, 16000), (22050, 16000), (22050, 8000), (24000, 48000)]


def tone(hz: float, rate: int, seconds: float = 1.0) -> bytes:
    return (np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate) * 8000).astype("<i2").tobytes()


def samples(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, "<i2").astype(float)


def purity_db(pcm: bytes, hz: float, rate: int) -> float:
    """Power at `hz` against power everywhere else."""
    middle = samples(pcm)[rate // 10 : -rate // 10]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(middle), 1 / rate) - hz) < 20
    return float(10 * np.log10(spectrum[near].sum() / spectrum[~near].sum()))


@pytest.mark.parametrize(("from_rate", "to_rate"), PAIRS)
def test_a_tone_stays_a_pure_tone(from_rate, to_rate):
    out = resample(tone(1000, from_rate), from_rate, to_rate)

    assert purity_db(out, 1000, to_rate) > 70


@pytest.mark.parametrize(("from_rate", "to_rate"), PAIRS)
def test_the_whole_is_as_long_as_what_went_in(from_rate, to_rate):
    stream = Resampler(from_rate, to_rate)
    pcm = tone(440, from_rate)

    out = b"".join(stream.push(pcm[i : i + 346]) for i in range(0, len(pcm), 346)) + stream.flush()

    assert len(out) == 2 * to_rate


@pytest.mark.parametrize(("from_rate", "to_rate"), PAIRS)
def test_a_20_ms_frame_gives_a_20_ms_frame_after_the_first(from_rate, to_rate):
    stream, frame = Resampler(from_rate, to_rate), tone(440, from_rate, 0.02)

    lengths = [len(stream.push(frame)) for _ in range(50)]

    assert set(lengths[1:]) == {2 * to_rate // 50}


@pytest.mark.parametrize(("from_rate", "to_rate"), PAIRS)
def test_the_sound_is_less_than_3_ms_late(from_rate, to_rate):
    click = np.zeros(from_rate, "<i2")
    click[from_rate // 2] = 20000

    out = samples(Resampler(from_rate, to_rate).push(click.tobytes()))

    assert 0 <= int(np.argmax(np.abs(out))) / to_rate - 0.5 < 0.003


def test_the_size_of_the_pieces_changes_nothing():
    pcm, stream = tone(440, 22050), Resampler(22050, 16000)

    pieces = b"".join(stream.push(pcm[i : i + 88]) for i in range(0, len(pcm), 88)) + stream.flush()

    assert np.abs(samples(pieces) - samples(resample(pcm, 22050, 16000))).max() <= 1


def test_what_the_slower_rate_cannot_carry_is_gone():
    out = resample(tone(6000, 16000), 16000, 8000)

    assert np.abs(samples(out)[100:-100]).max() < 8


def test_loud_sound_is_clipped_and_does_not_wrap_around():
    square = np.tile(np.array([32767] * 8 + [-32768] * 8, "<i2"), 200)

    out = samples(resample(square.tobytes(), 8000, 16000))

    assert out.max() == 32767
    assert np.abs(np.diff(out)).max() < 40000


def test_a_rate_with_no_common_divisor_works_and_needs_little_memory():
    out = resample(tone(1000, 15999), 15999, 16000)

    assert len(out) == 2 * 16000
    assert purity_db(out, 1000, 16000) > 60


def test_the_same_rate_is_handed_through():
    stream = Resampler(16000, 16000)

    assert stream.push(b"\x01\x02") == b"\x01\x02"
    assert stream.flush() == b""
