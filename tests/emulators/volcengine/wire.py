"""The binary frame as the vendor reads and writes it, independent of the adapter's own."""

import gzip
import json
import struct
from dataclasses import dataclass
from typing import Any


class Broken(Exception):
    """Not a frame a client may send."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A client's frame. `number` is its sequence, None if it has none."""

    kind: int
    last: bool
    number: int | None
    event: int | None
    session: str
    zipped: bool
    payload: bytes

    def read(self) -> dict[str, Any]:
        found = json.loads(self.payload)
        if not isinstance(found, dict):
            raise Broken("a payload that is no object")
        return found


def hear(data: bytes) -> Heard:
    """Raises Broken with what is wrong."""
    try:
        return _hear(data)
    except (struct.error, UnicodeDecodeError, ValueError, OSError, EOFError) as error:
        raise Broken(str(error)) from None


def _hear(data: bytes) -> Heard:
    if data[0] != 0x11 or data[3]:
        raise Broken(f"header {data[:4].hex()}")
    kind, flags, zipped = data[1] >> 4, data[1] & 15, data[2] & 15 == 1
    if (kind, data[2] >> 4) not in ((1, 1), (2, 0)) or flags > 4:
        raise Broken(f"kind, flags or serialisation {data[:4].hex()}")
    at, number, event, session = 4, None, None, ""
    if flags in (1, 3):
        (number,) = struct.unpack_from(">i", data, at)
        at += 4
    if flags == 4:
        (event,) = struct.unpack_from(">i", data, at)
        at += 4
        if event >= 100:
            (size,) = struct.unpack_from(">I", data, at)
            session = data[at + 4 : at + 4 + size].decode("ascii")
            at += 4 + size
    (size,) = struct.unpack_from(">I", data, at)
    payload = data[at + 4 :]
    if len(payload) != size:
        raise Broken(f"{len(payload)} bytes of payload announced as {size}")
    if zipped and payload:
        payload = gzip.decompress(payload)
    return Heard(kind, flags in (2, 3), number, event, session, zipped, payload)


def answer(what: dict[str, Any], number: int | None, *, last: bool, zipped: bool) -> bytes:
    """A recogniser's answer."""
    flags = (0 if number is None else 1) | (2 if last else 0)
    payload = json.dumps(what, ensure_ascii=False).encode()
    payload = gzip.compress(payload) if zipped else payload
    head = bytes((0x11, 0x90 | flags, 0x11 if zipped else 0x10, 0))
    numbered = b"" if number is None else struct.pack(">i", -number if last else number)
    return head + numbered + struct.pack(">I", len(payload)) + payload


def event(number: int, name: str, payload: bytes | dict[str, Any]) -> bytes:
    """What a voice tells: sound, or an object."""
    sound = isinstance(payload, bytes)
    body = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
    head = bytes((0x11, 0xB4 if sound else 0x94, 0x00 if sound else 0x10, 0))
    called = struct.pack(">I", len(name)) + name.encode()
    return head + struct.pack(">i", number) + called + struct.pack(">I", len(body)) + body


def error(code: int, message: str) -> bytes:
    """An error frame."""
    body = message.encode()
    return bytes((0x11, 0xF0, 0x10, 0)) + struct.pack(">iI", code, len(body)) + body
