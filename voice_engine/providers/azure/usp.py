"""Azure's messages inside WebSocket messages: header lines, then a body. Pure."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_END = "\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Said:
    """A message; names of headers in lower case."""

    headers: Mapping[str, str]
    body: str | bytes

    @property
    def path(self) -> str:
        """What the message is about."""
        return self.headers["path"].lower()

    @property
    def request(self) -> str:
        """Which turn it belongs to."""
        return self.headers.get("x-requestid", "").lower()

    def json(self) -> dict[str, Any]:
        """The body as an object; an empty one is {}."""
        found = json.loads(self.body or "{}")
        if not isinstance(found, dict):
            raise TypeError("the body is no object")
        return found


def text(path: str, body: str, stamp: str, request: str = "", kind: str = "application/json") -> str:
    """A text message."""
    return _head(path, stamp, request, kind) + _END + body


def lead(path: str, stamp: str, request: str, kind: str = "") -> bytes:
    """What stands before the body of a binary message: the same for all sound of a turn."""
    head = f"{_head(path, stamp, request, kind)}\r\nX-StreamId:1\r\n".encode()
    return struct.pack(">H", len(head)) + head


def riff(rate: int) -> bytes:
    """The header of a WAVE file that does not know its length: PCM16 mono."""
    sound = struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    return b"RIFF\0\0\0\0WAVEfmt " + sound + b"data\0\0\0\0"


def parse(message: str | bytes) -> Said:
    """Raises ValueError for what is not framed like this."""
    if isinstance(message, str):
        head, sign, body = message.partition(_END)
        if not sign:
            raise ValueError("no end of the headers")
        return Said(_headers(head), body)
    (length,) = struct.unpack_from(">H", message)
    if len(message) < 2 + length:
        raise ValueError("the headers are longer than the message")
    return Said(_headers(message[2 : 2 + length].decode()), message[2 + length :])


def _head(path: str, stamp: str, request: str, kind: str) -> str:
    lines = [f"X-Timestamp:{stamp}", f"Path:{path}"]
    if kind:
        lines.append(f"Content-Type:{kind}")
    if request:
        lines.append(f"X-RequestId:{request}")
    return "\r\n".join(lines)


def _headers(lines: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines.split("\r\n") if line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
