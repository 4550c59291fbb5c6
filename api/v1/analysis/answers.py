"""What a model wrote, read as what it was asked for. Pure."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from api.v1.analysis.schema import complaints

_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL | re.IGNORECASE)
_OPENERS = {"{": "}", "[": "]"}


class Unreadable(Exception):
    """The answer is not what was asked for; the message says what should be different."""


def json_in(text: str) -> Any:
    """The JSON value in a model's answer, whatever stands around it; raises Unreadable without one."""
    fenced = _FENCE.search(text)
    for candidate in (fenced[1] if fenced else "", text, _innermost(text)):
        try:
            return orjson.loads(candidate)
        except orjson.JSONDecodeError:
            continue
    raise Unreadable("it should be one JSON value and nothing else")


def fitting(text: str, schema: Mapping[str, Any]) -> Any:
    """The JSON value in the answer, if the schema allows it; raises Unreadable."""
    value = json_in(text)
    wrong = complaints(value, schema)
    if wrong:
        raise Unreadable("; ".join(wrong[:5]))
    return value


def _innermost(text: str) -> str:
    """From the first opening bracket to the last of its kind that closes."""
    begin = min((at for at in map(text.find, _OPENERS) if at >= 0), default=-1)
    if begin < 0:
        return ""
    end = text.rfind(_OPENERS[text[begin]])
    return text[begin : end + 1]
