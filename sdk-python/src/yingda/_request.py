"""A request before it is sent: what goes into the path, the query, the body and the headers."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import quote

from yingda._object import Object
from yingda._options import Options

Parameter = str | int | float | bool | None  # what httpx takes
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(slots=True)
class Request:
    """All attempts of it are alike, the Idempotency-Key included."""

    method: str
    path: str
    options: Options = field(default_factory=lambda: Options())
    query: list[tuple[str, Parameter]] = field(default_factory=list)
    content: bytes | None = None
    files: list[tuple[str, tuple[str, bytes]]] = field(default_factory=list)
    form: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def build(
    method: str,
    where: str,
    given: Mapping[str, Any],
    *,
    irregular: Mapping[str, str],
    query: Iterable[str] = (),
    fixed: Mapping[str, Any] | None = None,
) -> Request:
    """From what a method was given. Of a write, only the names in `query` go into the query."""
    options: Options = given.get("options") or Options()
    request = Request(method, where, options, headers=dict(options.get("headers") or {}))
    if method in WRITES:
        request.headers["Idempotency-Key"] = options.get("idempotency_key") or str(uuid.uuid4())
    body: dict[str, Any] = {}
    for name, value in given.items():
        if name == "options":
            continue
        wire = irregular.get(name) or wire_name(name)
        if method == "GET" or name in query:
            request.query += _parameters(wire, value)
        else:
            body[wire] = value
    body.update(fixed or {})
    extra = options.get("extra") or {}
    if method == "GET":
        request.query += [pair for name, value in extra.items() for pair in _parameters(name, value)]
    else:
        _fill(request, {**body, **extra})
    return request


def path(template: str, *values: str) -> str:
    """A path with its ids put in; an empty id would be another resource."""
    for value in values:
        if not isinstance(value, str) or not value.strip("."):  # dots would lead up the path
            raise ValueError(f"an id is missing for {template}: got {value!r}")
    return template.format(*(quote(value, safe="") for value in values))


def wire_name(name: str) -> str:
    """`firstMessage` of `first_message`; what has capitals already is left alone."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _fill(request: Request, body: Mapping[str, Any]) -> None:
    files = {name: value for name, value in body.items() if _is_file(value)}
    if files:
        request.files = [(name, _file(name, value)) for name, value in files.items()]
        request.form = {name: _text(value) for name, value in body.items() if name not in files}
    elif body or request.method in ("POST", "PUT", "PATCH"):
        request.content = json.dumps(body, ensure_ascii=False, allow_nan=False, default=_json).encode()
        request.headers.setdefault("Content-Type", "application/json")


def _parameters(name: str, value: Any) -> list[tuple[str, Parameter]]:
    if value is None:
        return []
    values = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return [(name, _text(one)) for one in values]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else json.dumps(value, default=_json)


def _json(value: Any) -> Any:
    if isinstance(value, Object):
        return value.to_dict()
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone: say datetime.now(timezone.utc), for instance")
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{value!r} cannot be sent as JSON")


def _is_file(value: Any) -> bool:
    is_pair = isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], bytes)
    return is_pair or isinstance(value, PathLike | bytes) or hasattr(value, "read")


def _file(name: str, value: Any) -> tuple[str, bytes]:
    if isinstance(value, tuple):
        return value[0], value[1]
    if isinstance(value, bytes):
        return name, value
    if isinstance(value, PathLike):
        return Path(value).name, Path(value).read_bytes()
    return Path(str(getattr(value, "name", name))).name, value.read()
