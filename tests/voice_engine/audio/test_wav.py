import struct

import pytest

from voice_engine.audio import g711, wav
from voice_engine.kernel.errors import BadRequest

PCM = struct.pack("<8h", *range(8))


def test_what_was_written_is_read():
    assert wav.read(wav.write(PCM, 8000, 2)) == wav.Wav(PCM, 8000, 2)


def test_a_channel_can_be_taken_out():
    assert wav.Wav(PCM, 8000, 2).channel(1) == struct.pack("<4h", 1, 3, 5, 7)


@pytest.mark.parametrize(("kind", "decode"), [(6, g711.decode_alaw), (7, g711.decode_ulaw)])
def test_telephone_recordings_are_read(kind, decode):
    law = bytes(range(100))
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, kind, 1, 8000, 8000, 1, 8)
    body = b"WAVE" + form + b"LIST\x03\x00\x00\x00abc\x00" + b"data" + struct.pack("<I", 100) + law

    sound = wav.read(b"RIFF" + struct.pack("<I", len(body)) + body)

    assert sound == wav.Wav(decode(law), 8000)


def test_a_streamed_file_with_endless_sizes_is_read_to_its_end():
    raw = bytearray(wav.write(PCM, 16000))
    raw[4:8] = raw[40:44] = b"\xff\xff\xff\xff"

    assert wav.read(bytes(raw)).pcm == PCM


@pytest.mark.parametrize("raw", [b"", b"ID3 something", wav.write(PCM, 8000)[:20], b"RIFF\0\0\0\0WAVE"])
def test_anything_else_is_refused_with_advice(raw):
    with pytest.raises(BadRequest) as refused:
        wav.read(raw)

    assert refused.value.code == "wav_unreadable"


def test_floating_point_is_refused_by_name():
    raw = bytearray(wav.write(PCM, 8000))
    raw[20:22] = b"\x03\x00"

    with pytest.raises(BadRequest, match="format 3"):
        wav.read(bytes(raw))


def test_the_header_alone_makes_a_file_of_pcm_that_came_otherwise():
    assert wav.read(wav.header(len(PCM), 16000, 2) + PCM) == wav.Wav(PCM, 16000, 2)
