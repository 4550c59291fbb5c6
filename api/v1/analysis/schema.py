"""The part of JSON Schema that Vapi's JsonSchema has: checked as it arrives, applied to what a model says.

Pure. There are no references, so that a schema can neither be endless nor lead elsewhere; patterns have
limited time.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any
from uuid import UUID

from voice_engine.kernel.patterns import Pattern, TooSlow, check

Json = dict[str, Any]

TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid")
_KNOWN = frozenset(
    {
        "type", "items", "properties", "description", "pattern", "format", "required", "enum", "title",
        "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "additionalProperties",
        "default", "examples",
    }
)  # fmt: skip
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
_DEEPEST, _MOST_NODES, _PATTERN_S = 12, 500, 0.05
_DURATION = re.compile(r"P(?=.)(\d+[YMWD])*(T(?=.)(\d+(\.\d+)?[HMS])+)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")


# ── the schema itself ────────────────────────────────────────────────────────────────────────────────


def problems(schema: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with a schema: the place, and a sentence that continues its name."""
    budget = [_MOST_NODES]
    yield from _problems(schema, (), budget)
    if budget[0] < 0:
        yield (), f"should have at most {_MOST_NODES} parts"


def _problems(
    schema: Any, place: tuple[str | int, ...], budget: list[int]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    budget[0] -= 1
    if budget[0] < 0:
        return
    if not isinstance(schema, Mapping):
        yield place, "should be a JSON Schema object"
        return
    if len(place) > 2 * _DEEPEST:
        yield place, f"should not be nested deeper than {_DEEPEST}"
        return
    for key in schema:
        if key not in _KNOWN:
            yield (*place, key), f"should not exist; known are {', '.join(sorted(_KNOWN))}"
    kind = schema.get("type")
    if kind not in TYPES:
        yield (*place, "type"), f"should be one of {', '.join(TYPES)}"
    yield from _simple_problems(schema, place)
    yield from _inner_problems(schema, place, budget)


def _simple_problems(schema: Mapping[str, Any], place: tuple[str | int, ...]) -> Iterator[Any]:
    for key in _BOUNDS:
        value = schema.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield (*place, key), "should be a number"
    for key in ("description", "title", "format", "pattern"):
        if not isinstance(schema.get(key, ""), str):
            yield (*place, key), "should be text"
    if isinstance(schema.get("pattern"), str):
        try:
            check(schema["pattern"])
        except ValueError as error:
            yield (*place, "pattern"), f"cannot be used: {error}"
    if schema.get("format", "date") not in FORMATS:
        yield (*place, "format"), f"should be one of {', '.join(FORMATS)}"
    for key in ("required", "enum"):
        given = schema.get(key, [])
        if not isinstance(given, list) or (key == "required" and not all(isinstance(n, str) for n in given)):
            yield (*place, key), "should be a list" + (" of names" if key == "required" else "")
    if "additionalProperties" in schema and not isinstance(schema["additionalProperties"], bool):
        yield (*place, "additionalProperties"), "should be true or false"


def _inner_problems(
    schema: Mapping[str, Any], place: tuple[str | int, ...], budget: list[int]
) -> Iterator[Any]:
    if "items" in schema:
        yield from _problems(schema["items"], (*place, "items"), budget)
    properties = schema.get("properties", {})
    if not isinstance(properties, Mapping):
        yield (*place, "properties"), "should be an object of JSON Schemas"
        return
    for name, inner in properties.items():
        yield from _problems(inner, (*place, "properties", name), budget)


# ── a value under a schema ───────────────────────────────────────────────────────────────────────────


def complaints(value: Any, schema: Mapping[str, Any], place: str = "") -> list[str]:
    """What a value has that the schema forbids, a phrase each; empty when it fits."""
    here, kind = place or "the value", schema.get("type")
    if kind is not None and not _is(value, str(kind)):
        return [f"{here} should be of type {kind}"]
    wrong = []
    if schema.get("enum") and value not in schema["enum"]:
        wrong.append(f"{here} should be one of {', '.join(map(str, schema['enum']))}")
    match value:
        case str():
            wrong += _of_text(value, schema, here)
        case bool() | None:
            pass
        case int() | float():
            wrong += _within(value, schema, "minimum", "maximum", here)
        case list():
            wrong += _within(len(value), schema, "minItems", "maxItems", f"the length of {here}")
            for index, item in enumerate(value):
                wrong += complaints(item, schema.get("items") or {}, f"{place}[{index}]")
        case Mapping():
            wrong += _of_object(value, schema, place)
    return wrong


def _is(value: Any, kind: str) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            return whole and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, Mapping)
        case _:
            return value is None


def _within(value: float, schema: Mapping[str, Any], least: str, most: str, here: str) -> list[str]:
    wrong = []
    if value < schema.get(least, value):
        wrong.append(f"{here} should be at least {schema[least]}")
    if value > schema.get(most, value):
        wrong.append(f"{here} should be at most {schema[most]}")
    return wrong


def _of_object(value: Mapping[str, Any], schema: Mapping[str, Any], place: str) -> list[str]:
    properties = schema.get("properties") or {}
    wrong = [f"{_at(place, name)} is missing" for name in schema.get("required") or () if name not in value]
    for name, inner in value.items():
        if name in properties:
            wrong += complaints(inner, properties[name], _at(place, name))
        elif schema.get("additionalProperties") is False:
            wrong.append(f"{_at(place, name)} should not exist")
    return wrong


def _of_text(value: str, schema: Mapping[str, Any], here: str) -> list[str]:
    wrong = _within(len(value), schema, "minLength", "maxLength", f"the length of {here}")
    if schema.get("pattern"):
        try:
            if not Pattern(schema["pattern"]).found_in(value, _PATTERN_S):
                wrong.append(f"{here} should match {schema['pattern']}")
        except TooSlow:
            wrong.append(f"{here} cannot be checked in time against {schema['pattern']}")
    if schema.get("format") and not _formed(value, schema["format"]):
        wrong.append(f"{here} should be a {schema['format']}")
    return wrong


def _formed(value: str, form: str) -> bool:
    shapes = {"duration": _DURATION, "email": _EMAIL, "hostname": _HOST}
    if form in shapes:
        return shapes[form].fullmatch(value) is not None
    makers: dict[str, Any] = {
        "date-time": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat,
        "ipv4": IPv4Address, "ipv6": IPv6Address, "uuid": UUID,
    }  # fmt: skip
    try:
        makers[form](value)
    except (ValueError, AddressValueError):
        return False
    return True


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
