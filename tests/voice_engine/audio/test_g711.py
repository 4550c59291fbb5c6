import numpy as np
import pytest

from voice_engine.audio import g711

EVERY_CODE = bytes(range(256))
EVERY_SAMPLE = np.arange(-32768, 32768, dtype="<i2")


@pytest.mark.parametrize(
    ("decode", "code", "sample"),
    [
        (g711.decode_ulaw, 0xFF, 0),
        (g711.decode_ulaw, 0x80, 32124),
        (g711.decode_ulaw, 0x00, -32124),
        (g711.decode_ulaw, 0xEF, 132),
        (g711.decode_alaw, 0xD5, 8),
        (g711.decode_alaw, 0x55, -8),
        (g711.decode_alaw, 0xAA, 32256),
        (g711.decode_alaw, 0x2A, -32256),
    ],
)
def test_codes_mean_what_the_recommendation_says(decode, code, sample):
    assert np.frombuffer(decode(bytes([code])), "<i2")[0] == sample


@pytest.mark.parametrize(
    ("encode", "decode"), [(g711.encode_ulaw, g711.decode_ulaw), (g711.encode_alaw, g711.decode_alaw)]
)
def test_every_code_survives_a_round_trip(encode, decode):
    again = decode(encode(decode(EVERY_CODE)))

    assert again == decode(EVERY_CODE)


@pytest.mark.parametrize(
    ("encode", "decode"), [(g711.encode_ulaw, g711.decode_ulaw), (g711.encode_alaw, g711.decode_alaw)]
)
def test_a_sample_comes_back_within_half_a_step_of_its_segment(encode, decode):
    back = np.frombuffer(decode(encode(EVERY_SAMPLE.tobytes())), "<i2").astype(int)

    error = np.abs(back - EVERY_SAMPLE.astype(int))
    allowed = np.maximum(np.abs(EVERY_SAMPLE.astype(int)) / 16, 16)
    assert (error <= allowed).all()


@pytest.mark.parametrize(("encoding", "width"), [("mulaw", 1), ("alaw", 1), ("pcm_s16le", 2)])
def test_an_encoding_is_found_by_its_name(encoding, width):
    pcm = EVERY_SAMPLE[::64].tobytes()

    law = g711.encoder(encoding)(pcm)

    assert len(law) == 1024 * width
    assert len(g711.decoder(encoding)(law)) == len(pcm)


def test_half_a_sample_is_refused():
    with pytest.raises(ValueError):
        g711.encode_ulaw(b"\x00\x01\x02")
