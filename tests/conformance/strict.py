"""Does a body keep to the types an SDK of Vapi's declares? The SDK itself takes anything and says nothing.

Every field that is declared is walked: required ones must be there, a discriminator must be one of those
that exist, an enumeration must hold the value even where the SDK leaves it open (`Literal[...] | Any`).
Fields that are not declared are extensions, and nobody's business here.
"""

import sys
import types
import typing
from datetime import datetime
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

from pydantic import BaseModel

MOST = 8  # faults told of one body


def faults(value: Any, declared: Any, where: str = "body") -> list[str]:
    """What is wrong with a JSON value, each as `path: sentence`; empty if it keeps to the type."""
    return _walk(value, declared, where, "vapi.types")[:MOST]


def _walk(value: Any, declared: Any, where: str, module: str) -> list[str]:
    declared = _bare(declared, module)
    origin = get_origin(declared)
    if declared is Any:
        return []
    if declared is None or declared is type(None):
        return [] if value is None else [f"{where}: {_shown(value)} where nothing is declared"]
    if origin in (Union, types.UnionType):
        return _union(value, declared, where, module)
    if origin is Literal:
        return [] if value in get_args(declared) else [f"{where}: {_shown(value)} is no value of the enum"]
    if origin is list:
        return _list(value, declared, where, module)
    if origin is dict:
        return _dict(value, declared, where, module)
    if isinstance(declared, type) and issubclass(declared, BaseModel):
        return _model(value, declared, where)
    return _plain(value, declared, where)


def _plain(value: Any, declared: Any, where: str) -> list[str]:
    if declared is datetime:
        return [] if _is_moment(value) else [f"{where}: {_shown(value)} is no date-time"]
    if declared is float:
        good = isinstance(value, int | float) and not isinstance(value, bool)
    elif declared is int:
        good = isinstance(value, int) and not isinstance(value, bool)
    else:
        good = isinstance(value, declared)
    return [] if good else [f"{where}: {_shown(value)} is no {declared.__name__}"]


def _list(value: Any, declared: Any, where: str, module: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{where}: {_shown(value)} is no list"]
    [item] = get_args(declared)
    return [fault for i, one in enumerate(value) for fault in _walk(one, item, f"{where}.{i}", module)]


def _dict(value: Any, declared: Any, where: str, module: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {_shown(value)} is no object"]
    item = get_args(declared)[1]
    return [fault for key, one in value.items() for fault in _walk(one, item, f"{where}.{key}", module)]


def _model(value: Any, declared: type[BaseModel], where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {_shown(value)} is no {declared.__name__}"]
    found: list[str] = []
    for name, field in declared.model_fields.items():
        key = field.alias or name
        if key in value:
            found += _walk(value[key], field.annotation, f"{where}.{key}", declared.__module__)
        elif field.is_required():
            found.append(f"{where}.{key}: required by {declared.__name__}, and missing")
    return found


def _union(value: Any, declared: Any, where: str, module: str) -> list[str]:
    members = [_bare(member, module) for member in get_args(declared)]
    if value is None and type(None) in members:
        return []
    # `Literal[...] | Any` is how the SDK writes an enumeration that may grow; here it has not grown.
    members = [m for m in members if m is not Any and m is not type(None)] or [Any]
    models = [m for m in members if isinstance(m, type) and issubclass(m, BaseModel)]
    if isinstance(value, dict) and (tag := _tag(models)):
        members = [m for m in models if value.get(tag) in get_args(m.model_fields[tag].annotation)]
        if not members:
            return [f"{where}.{tag}: {_shown(value.get(tag))} is no discriminator that the SDK knows"]
    tries = [_walk(value, member, where, module) for member in members]
    return min(tries, key=len)


def _tag(models: list[type[BaseModel]]) -> str:
    """The field that tells the members of a union apart; empty if there is none."""
    for name in ("provider", "type", "role", "on"):
        if len(models) > 1 and all(_is_tagged(model, name) for model in models):
            return name
    return ""


def _is_tagged(model: type[BaseModel], name: str) -> bool:
    field = model.model_fields.get(name)
    return field is not None and get_origin(field.annotation) is Literal


def _bare(declared: Any, module: str) -> Any:
    while True:
        if get_origin(declared) is typing.Annotated:
            declared = get_args(declared)[0]
        elif isinstance(declared, ForwardRef | str):
            name = declared if isinstance(declared, str) else declared.__forward_arg__
            declared = eval(name, vars(sys.modules[module]))  # names of the SDK's own modules
        else:
            return declared


def _is_moment(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
