"""Volcengine's binary frame: the byte examples of its protocol, and whatever else may come."""

import gzip
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from voice_engine.providers.volcengine.frames import LARGEST, Frame, Kind, pack, unpack

NUMBER = some.integers(-(2**31), 2**31 - 1)
PAYLOAD = some.binary(max_size=200)
STREAM = some.builds(
    Frame,
    kind=some.sampled_from([Kind.REQUEST, Kind.SOUND, Kind.ANSWER]),
    payload=PAYLOAD, is_json=some.booleans(), gzip=some.booleans(), last=some.booleans(),
    sequence=some.none() | NUMBER,
)  # fmt: skip
SESSION = some.builds(
    Frame,
    kind=some.sampled_from([Kind.REQUEST, Kind.ANSWER, Kind.SPEECH]),
    payload=PAYLOAD, is_json=some.booleans(), gzip=some.booleans(),
    event=some.integers(50, 2**31 - 1), name=some.text(max_size=40),
)  # fmt: skip
ERROR = some.builds(Frame, kind=some.just(Kind.ERROR), payload=PAYLOAD, gzip=some.booleans(), code=NUMBER)

EXAMPLES = {
    "a request without a number": (
        Frame(Kind.REQUEST, b"{}"), "11 10 10 00  00 00 00 02  7b 7d",
    ),
    "the last sound without a number": (
        Frame(Kind.SOUND, b"\x01\x02", False, last=True), "11 22 00 00  00 00 00 02  01 02",
    ),
    "the last sound, numbered": (
        Frame(Kind.SOUND, b"", False, last=True, sequence=-3), "11 23 00 00  ff ff ff fd  00 00 00 00",
    ),
    "an error": (
        Frame(Kind.ERROR, b"invalid param", code=45000001),
        "11 f0 10 00  02 ae a5 41  00 00 00 0d  69 6e 76 61 6c 69 64 20 70 61 72 61 6d",
    ),
    "StartConnection": (
        Frame(Kind.REQUEST, b"{}", event=1), "11 14 10 00  00 00 00 01  00 00 00 02  7b 7d",
    ),
    "FinishSession": (
        Frame(Kind.REQUEST, b"{}", event=102, name="s-1"),
        "11 14 10 00  00 00 00 66  00 00 00 03  73 2d 31  00 00 00 02  7b 7d",
    ),
    "sound of a voice": (
        Frame(Kind.SPEECH, b"\x01\x02\x03\x04", False, event=352, name="s-1"),
        "11 b4 00 00  00 00 01 60  00 00 00 03  73 2d 31  00 00 00 04  01 02 03 04",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("frame", "told"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_bytes_are_the_vendors(frame: Frame, told: str):
    data = bytes.fromhex(told)

    assert pack(frame) == data
    assert unpack(data) == frame


def test_packed_sound_has_its_number_before_its_size():
    data = pack(Frame(Kind.SOUND, b"\x01\x02" * 50, False, gzip=True, sequence=2))

    assert data[:8] == bytes.fromhex("11 21 01 00  00 00 00 02")
    assert int.from_bytes(data[8:12], "big") == len(data) - 12
    assert gzip.decompress(data[12:]) == b"\x01\x02" * 50


@given(STREAM | SESSION | ERROR)
def test_what_is_packed_is_unpacked_again(frame: Frame):
    assert unpack(pack(frame)) == frame


@given(some.binary(max_size=80) | some.text(max_size=20))
def test_what_is_no_frame_is_a_value_error_and_nothing_else(data: bytes | str):
    with suppress(ValueError):
        unpack(data)


@given(STREAM | SESSION | ERROR, some.data())
def test_a_frame_that_is_cut_off_is_no_frame(frame: Frame, data: some.DataObject):
    whole = pack(frame)
    cut = data.draw(some.integers(0, len(whole) - 1))

    with pytest.raises(ValueError, match=r"frame|payload"):
        unpack(whole[:cut])


def test_a_longer_header_is_skipped():
    assert unpack(bytes.fromhex("12 90 10 00  aa bb cc dd  00 00 00 02  7b 7d")).read() == {}


def test_a_payload_that_would_unpack_to_gigabytes_is_refused():
    bomb = gzip.compress(bytes(LARGEST + 1))

    with pytest.raises(ValueError, match="impossible size"):
        unpack(b"\x11\x90\x11\x00" + len(bomb).to_bytes(4, "big") + bomb)
