"""A JSON object of the API with attributes: `call.ended_reason`. Nothing is refused and nothing is lost.

A server may be newer than this SDK: unknown fields are kept, unknown values pass, what is missing is None.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints


class Object:
    """Attributes are spelt as in Python, items as in the API: `call.ended_reason`, `call["endedReason"]`."""

    __slots__ = ("_data",)
    _data: dict[str, Any]

    def __init__(self, data: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_data", dict(data))

    def to_dict(self) -> dict[str, Any]:
        """The JSON as it came; it can be sent back."""
        return dict(self._data)

    if not TYPE_CHECKING:  # so that a mistyped attribute is a complaint of the type checker's

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            hints, wires = _hints(type(self)), {_plain(key): key for key in self._data}
            wire = wires.get(_plain(name))
            if wire is not None:
                return wrap(self._data[wire], hints.get(name, Any))
            if name in hints:
                return None
            near = get_close_matches(name, hints, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise AttributeError(f"{type(self).__name__} has no {name}{hint}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("an answer does not change: call update() of its resource")

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __contains__(self, key: object) -> bool:
        return key in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Object) and self._data == other._data

    __hash__ = None  # type: ignore[assignment]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_hints(type(self))})

    def __repr__(self) -> str:
        inside = ", ".join(f"{key}={_short(value)}" for key, value in self._data.items())
        return f"{type(self).__name__}({inside})"


def wrap(value: Any, hint: Any) -> Any:
    """A JSON value as what its hint promises; as it is where it does not fit."""
    if get_origin(hint) in (Union, types.UnionType):
        return _wrap_union(value, get_args(hint))
    if isinstance(value, dict):
        if get_origin(hint) is dict:
            return {key: wrap(item, get_args(hint)[1]) for key, item in value.items()}
        return hint(value) if _is_object(hint) else value
    if isinstance(value, list) and get_origin(hint) is list:
        return [wrap(item, get_args(hint)[0]) for item in value]
    if isinstance(value, str) and hint is datetime:
        return _moment(value)
    return value


def _wrap_union(value: Any, members: tuple[Any, ...]) -> Any:
    if isinstance(value, dict):
        objects = [one for one in members if _is_object(one)]
        fitting = next((one for one in objects if _fits(value, one)), None)
        if fitting is not None:
            return fitting(value)
        maps = [one for one in members if get_origin(one) is dict]
        return wrap(value, maps[0]) if maps else Object(value) if objects else value
    wanted = list if isinstance(value, list) else None
    for one in members:
        if get_origin(one) is wanted is not None or (isinstance(value, str) and one is datetime):
            return wrap(value, one)
    return value


def _fits(value: Mapping[str, Any], kind: type[Object]) -> bool:
    """Whether the fields that tell the members of a union apart have this member's values."""
    hints = {name: hint for name, hint in _hints(kind).items() if name in ("provider", "type", "role", "on")}
    literals = {name: _literals(hint) for name, hint in hints.items()}
    return all(value.get(name) in values for name, values in literals.items() if values)


def _literals(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        found = [_literals(one) for one in get_args(hint) if one is not type(None)]
        return sum(found, ()) if all(found) else ()
    return ()


def _is_object(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Object)


def _hints(kind: type[Any]) -> dict[str, Any]:
    if kind not in _known:
        hints = get_type_hints(kind)
        _known[kind] = {name: hint for name, hint in hints.items() if not name.startswith("_")}
    return _known[kind]


_known: dict[type[Any], dict[str, Any]] = {}


@cache
def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum()).lower()


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
