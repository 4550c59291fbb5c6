"""JSON as we accept it: UTF-8, no NUL (PostgreSQL cannot store it), not nested beyond reason."""

from typing import Any

import orjson
from starlette.exceptions import HTTPException

DEEPEST = 100  # levels; our own models need about ten, orjson writes at most 254


class Malformed(HTTPException):
    """A body that is not JSON we accept. An HTTPException, because FastAPI hides every other kind."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, message)
        self.code = code


def parse(raw: bytes) -> Any:
    """The value; raises Malformed (400)."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed(400, "invalid_json", f"The body is not valid JSON: {error}.") from None
    if raw.count(b"{") + raw.count(b"[") > DEEPEST and _depth(value) > DEEPEST:
        raise Malformed(400, "json_too_deep", f"The JSON is nested more than {DEEPEST} levels deep.")
    if b"\\u0000" in raw and _has_nul(value):
        raise Malformed(
            400, "nul_character", "The JSON contains the character U+0000, which cannot be stored."
        )
    return value


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        if isinstance(item, dict | list):
            deepest = max(deepest, level)
            inner = item.values() if isinstance(item, dict) else item
            waiting.extend((child, level + 1) for child in inner)
    return deepest


def _has_nul(value: Any) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if "\0" in item:
                return True
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
    return False
