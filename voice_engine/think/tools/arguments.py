"""Are these the arguments the tool asked for? JSON Schema of every day, in sentences for a model. Pure.

Patterns are not searched: they are a tenant's, and this runs on the media path.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from voice_engine.providers.base import ToolCall
from voice_engine.think.tools.base import Json

MAX_DEPTH = 8
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


def arguments(call: ToolCall) -> Json:
    """The call's arguments as an object; models sometimes send nothing or nonsense."""
    try:
        parsed = orjson.loads(call.arguments or "{}")
    except orjson.JSONDecodeError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def checked(call: ToolCall, schema: Mapping[str, Any]) -> tuple[Json, str]:
    """The arguments and what is wrong with them: a sentence for the model, empty if they are fine."""
    try:
        parsed = orjson.loads(call.arguments or "{}")
    except orjson.JSONDecodeError:
        return {}, f"The arguments of {call.name} are not JSON; call it again with a JSON object."
    if not isinstance(parsed, dict):
        return {}, f"The arguments of {call.name} must be a JSON object; call it again."
    faults = _faults(parsed, schema, "", 0)
    if not faults:
        return parsed, ""
    return (
        parsed,
        f"{call.name} was not run: {'; '.join(faults[:5])}. Correct the arguments or ask the caller.",
    )


def checked_value(value: Any, schema: Any) -> bool:
    """Whether a value is what a schema says."""
    return not _faults(value, schema, "", 0)


def _faults(value: Any, schema: Any, place: str, depth: int) -> list[str]:
    if not isinstance(schema, Mapping) or depth > MAX_DEPTH:
        return []
    name = place or "the arguments"
    kinds = schema.get("type")
    wanted = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
    if wanted and not any(_is(value, kind) for kind in wanted):
        return [f"{name} must be {_article(' or '.join(map(str, wanted)))}, not {_shown(value)}"]
    allowed = schema.get("enum")
    if isinstance(allowed, list) and value not in allowed:
        return [f"{name} must be one of {', '.join(map(_shown, allowed[:20]))}, not {_shown(value)}"]
    if isinstance(value, dict):
        return _object_faults(value, schema, place, depth)
    if isinstance(value, list):
        items = schema.get("items")
        return [f for i, item in enumerate(value) for f in _faults(item, items, f"{name}[{i}]", depth + 1)]
    return _range_faults(value, schema, name)


def _object_faults(value: Json, schema: Mapping[str, Any], place: str, depth: int) -> list[str]:
    properties = schema.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    inside = f"{place}." if place else ""
    required = schema.get("required")
    needed: Sequence[Any] = required if isinstance(required, list) else ()
    faults = [f"{inside}{key} is missing" for key in needed if key not in value]
    if schema.get("additionalProperties") is False:
        faults += [f"there is no argument {inside}{key}" for key in value if key not in known]
    for key, item in value.items():
        # Models send null for what they leave out.
        if key in known and not (item is None and key not in needed):
            faults += _faults(item, known[key], f"{inside}{key}", depth + 1)
    return faults


def _range_faults(value: Any, schema: Mapping[str, Any], name: str) -> list[str]:
    size, unit = (len(value), " characters long") if isinstance(value, str) else (value, "")
    if isinstance(size, bool) or not isinstance(size, int | float):
        return []
    least, most = ("minLength", "maxLength") if unit else ("minimum", "maximum")
    low, high = schema.get(least), schema.get(most)
    if isinstance(low, int | float) and size < low:
        return [f"{name} must be at least {low:g}{unit}"]
    if isinstance(high, int | float) and size > high:
        return [f"{name} must be at most {high:g}{unit}"]
    return []


def _is(value: Any, kind: Any) -> bool:
    types = _TYPES.get(kind) if isinstance(kind, str) else None
    if types is None:
        return True  # a type that JSON Schema does not have is not ours to judge
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, types)


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def _shown(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}…"
