"""USP as the vendor reads and writes it, independently of the adapter."""

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.emulators.vendor import Desk, HungUp

_NAME = re.compile(r"[0-9a-f]{32}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NAMELESS = ("speech.config",)


@dataclass(slots=True)
class Message:
    """One of the client's."""

    path: str
    request: str
    kind: str
    stream: str
    body: str | bytes


def read(desk: Desk, message: str | bytes) -> Message:
    """Take a message apart; what is wrong with it is a violation."""
    if isinstance(message, str):
        head, sign, body = message.partition("\r\n\r\n")
        whole: str | bytes = body
        if not sign:
            desk.complain(f"no headers: {message[:60]!r}")
    else:
        length = int.from_bytes(message[:2], "big")
        head, whole = message[2 : 2 + length].decode(), message[2 + length :]
        if not 0 < length <= len(message) - 2 or not head.endswith("\r\n"):
            desk.complain(f"headers of {length} bytes in a message of {len(message)}")
    fields = dict(line.split(":", 1) for line in head.split("\r\n") if ":" in line)
    path = fields.get("Path", "")
    if not _STAMP.fullmatch(fields.get("X-Timestamp", "")):
        desk.complain(f"X-Timestamp of {path}")
    request = fields.get("X-RequestId", "")
    if (path not in NAMELESS) != bool(_NAME.fullmatch(request)):
        desk.complain(f"X-RequestId {request!r} of {path}")
    return Message(path, request, fields.get("Content-Type", ""), fields.get("X-StreamId", ""), whole)


async def ought_to_be(desk: Desk, path: str) -> Message:
    """The next message, which must be about this."""
    message = read(desk, await desk.receive())
    if message.path != path:
        desk.complain(f"{message.path} instead of {path}")
        raise HungUp
    return message


def object_of(desk: Desk, message: Message) -> dict[str, Any]:
    """The JSON in it."""
    try:
        found = json.loads(message.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        desk.complain(f"{message.path} holds no object")
        raise HungUp
    return found


def text(path: str, request: str, body: dict[str, Any]) -> str:
    """A text message of the vendor."""
    head = f"X-RequestId:{request}\r\nContent-Type:application/json; charset=utf-8\r\nPath:{path}\r\n\r\n"
    return head + json.dumps(body, ensure_ascii=False)


def sound(request: str, pcm: bytes) -> bytes:
    """A binary message of the vendor."""
    head = f"X-RequestId:{request}\r\nX-StreamId:A1\r\nPath:audio\r\nContent-Type:audio/basic\r\n".encode()
    return len(head).to_bytes(2, "big") + head + pcm
