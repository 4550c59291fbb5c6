"""An example for every field of the OpenAPI document: its own, else one that fits its name and type. Pure.

Forms in a browser start from these, and so do programs that try every operation.
"""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_ID = "0199f0c2-7d3b-7c55-9d55-3f2a1c0b9e77"
_MOMENT = "2026-11-20T08:30:00.000Z"
_ENDINGS = (
    ("id", _ID),
    ("ids", [_ID]),
    ("url", "https://example.com/yingda"),
    ("uri", "sip:service@example.com"),
    ("email", "lin@example.com"),
    ("number", "+8613800138000"),
    ("at", _MOMENT),
    ("gt", _MOMENT),
    ("ge", _MOMENT),
    ("lt", _MOMENT),
    ("le", _MOMENT),
    ("name", "前台"),
    ("language", "zh-CN"),
    ("message", "您好，请问有什么可以帮您？"),
    ("content", "您好，请问有什么可以帮您？"),
    ("description", "接听电话的助手"),
    ("cursor", "eyJpZCI6Ii4uLiJ9"),
)  # by the last word of a field's name
_BY_TYPE: Json = {
    "string": "应答",
    "integer": 1,
    "number": 1.0,
    "boolean": True,
    "array": [],
    "object": {},
    "null": None,
}


_COMMON = {
    "id": "UUID",
    "orgId": "the organisation it belongs to",
    "createdAt": "ISO 8601, UTC, milliseconds",
    "updatedAt": "ISO 8601, UTC, milliseconds",
}  # fields that mean the same everywhere


def give_examples(document: Json) -> None:
    """Add `example` wherever a field or a parameter has no example, default or fixed value."""
    schemas = document.get("components", {}).get("schemas", {})
    for schema in schemas.values():
        for name, field in schema.get("properties", {}).items():
            if name in _COMMON:
                field.setdefault("description", _COMMON[name])
            _give(name, field)
    for parameter in _parameters(document):
        if "example" not in parameter:
            _give(parameter["name"], parameter["schema"])


def _parameters(document: Json) -> Iterator[Json]:
    for item in document["paths"].values():
        for operation in item.values():
            yield from operation.get("parameters", ())


def _give(name: str, field: Json) -> None:
    if field.keys() & {"example", "examples", "const", "enum", "$ref"}:
        return
    found = _fitting(name, field)
    if found is not None:
        field["examples"] = [found]


def _fitting(name: str, field: Json) -> Any:
    """None where the type alone says all: another object, a choice of several."""
    if field.get("default") not in (None, [], {}, ""):
        return field["default"]
    kinds = [field, *field.get("anyOf", ())]
    kind = next((one for one in kinds if "type" in one and one["type"] != "null"), None)
    if kind is None or kind.keys() & {"enum", "const"}:
        return None
    if kind["type"] in ("array", "object"):
        return [] if kind["type"] == "array" else {}
    return _text(name, kind) if kind["type"] == "string" else _number(kind)


def _text(name: str, kind: Json) -> str | None:
    if kind.get("format") == "date-time":
        return _MOMENT
    last = _last_word(name)
    found = next((example for ending, example in _ENDINGS if ending == last), _BY_TYPE["string"])
    text = found if isinstance(found, str) else _BY_TYPE["string"]
    fits = kind.get("minLength", 0) <= len(text) <= kind.get("maxLength", len(text))
    return text if fits and "pattern" not in kind else None


def _number(kind: Json) -> Any:
    if kind["type"] == "boolean":
        return True
    least = kind.get("minimum") or kind.get("exclusiveMinimum") or 0
    most = kind.get("maximum", 10)
    middle = least + 1 if least + 1 <= most else most
    return int(middle) if kind["type"] == "integer" else float(middle)


def _last_word(name: str) -> str:
    start = max((index for index, letter in enumerate(name) if letter.isupper()), default=0)
    return name[start:].lower().replace("_", "")
