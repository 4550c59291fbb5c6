"""Volcengine's binary frame: four bytes of header, optional numbers, a payload. Pure; big endian.

Byte 0: version and header size in words; 1: kind and flags; 2: serialisation and compression; 3: reserved.
"""

import gzip
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

LARGEST = 4 * 1024 * 1024  # bytes of an unpacked payload
_VERSION = 1
_NUMBERED, _LAST, _EVENT = 1, 2, 4  # flags; they may be combined
_JSON, _GZIP = 1, 1
_WITHOUT_NAME = (1, 2)  # StartConnection and FinishConnection belong to no session
_INT, _SIZE = struct.Struct(">i"), struct.Struct(">I")


class Kind(IntEnum):
    """Who says what."""

    REQUEST = 1
    SOUND = 2
    ANSWER = 9
    SPEECH = 11
    ERROR = 15


@dataclass(frozen=True, slots=True)
class Frame:
    """`payload` is unpacked; `gzip` says how it travels, `is_json` how it is to be read.

    `sequence` counts from 1, negative in the last one of a numbered stream; `last` closes any stream.
    `event` and `name` (of the session, or the connection) are of voices; `code` is of errors.
    """

    kind: Kind
    payload: bytes = b""
    is_json: bool = True
    gzip: bool = False
    last: bool = False
    sequence: int | None = None
    event: int | None = None
    name: str = ""
    code: int = 0

    def read(self) -> Any:
        """The payload as JSON; ValueError if it is none."""
        return json.loads(self.payload or b"{}")


def said(kind: Kind, what: Mapping[str, Any], **more: Any) -> Frame:
    """A frame whose payload is JSON."""
    return Frame(kind, json.dumps(what, ensure_ascii=False).encode(), **more)


def pack(frame: Frame) -> bytes:
    """The frame as it goes over the wire."""
    numbered, has_event = frame.sequence is not None, frame.event is not None
    flags = _NUMBERED * numbered | _LAST * frame.last | _EVENT * has_event
    form = (_JSON if frame.is_json else 0) << 4 | (_GZIP if frame.gzip else 0)
    parts = [bytes((_VERSION << 4 | 1, frame.kind << 4 | flags, form, 0))]
    if frame.sequence is not None:
        parts.append(_INT.pack(frame.sequence))
    if frame.event is not None:
        parts.append(_INT.pack(frame.event))
    if frame.kind is Kind.ERROR:
        parts.append(_INT.pack(frame.code))
    elif has_event and frame.event not in _WITHOUT_NAME:
        name = frame.name.encode()
        parts += [_SIZE.pack(len(name)), name]
    payload = gzip.compress(frame.payload, 1, mtime=0) if frame.gzip else frame.payload
    parts += [_SIZE.pack(len(payload)), payload]
    return b"".join(parts)


def unpack(data: bytes | str) -> Frame:
    """The frame in a message; ValueError when it is none, struct.error never."""
    if isinstance(data, str) or len(data) < 4 or data[0] >> 4 != _VERSION:
        raise ValueError("no frame")
    rest = _Rest(data, (data[0] & 15) * 4)
    kind, flags = Kind(data[1] >> 4), data[1] & 15
    sequence = rest.number() if flags & _NUMBERED else None
    event = rest.number() if flags & _EVENT else None
    code, name = 0, ""
    if kind is Kind.ERROR:
        code = rest.number()
    elif event is not None and event not in _WITHOUT_NAME:
        name = rest.sized().decode()
    payload = rest.sized()
    packed = data[2] & 15 == _GZIP
    if packed:
        payload = _unzipped(payload)
    is_json, last = data[2] >> 4 == _JSON, bool(flags & _LAST)
    return Frame(kind, payload, is_json, packed, last, sequence, event, name, code)


class _Rest:
    """What has not been read of a message."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def number(self) -> int:
        return int.from_bytes(self._take(4), "big", signed=True)

    def sized(self) -> bytes:
        return self._take(int.from_bytes(self._take(4), "big"))

    def _take(self, size: int) -> bytes:
        piece = self._data[self._at : self._at + size]
        if len(piece) < size:
            raise ValueError("a frame that is cut off")
        self._at += size
        return piece


def _unzipped(data: bytes) -> bytes:
    if not data:
        return data
    unzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        found = unzip.decompress(data, LARGEST)
    except zlib.error:
        raise ValueError("a payload that cannot be unpacked") from None
    if unzip.unconsumed_tail:
        raise ValueError("a payload of an impossible size")
    return found
