"""Classes of resources: one method for each operation, twice: for `Yingda` and for `AsyncYingda`."""

import re
from collections.abc import Sequence
from itertools import groupby

from codegen.document import Operation, camel
from codegen.types import Types, arguments_name, python_name

# Resources that can do more than the API's operations: their bases are written by hand.
BASES = {"calls": "LiveCalls"}
_HEAD = '''\
"""Resources. Written by scripts/sdk-python from the OpenAPI document: do not edit."""

# ruff: noqa
from __future__ import annotations

from functools import cached_property
from typing import List, Unpack

from yingda._generated import objects as o
from yingda._generated import params as p
from yingda._live import {live}LiveCalls as LiveCalls
from yingda._object import Object
from yingda._options import Options
from yingda._pages import {prefix}Pages
from yingda._resource import {prefix}Resource, path
from yingda._stream import {prefix}Stream, StreamEvent
'''


def module(operations: Sequence[Operation], types: Types, *, is_async: bool) -> str:
    """The whole module of one flavour."""
    prefix = "Async" if is_async else ""
    text = [_HEAD.format(prefix=prefix, live=prefix)]
    names = []
    for resource, methods in groupby(operations, key=lambda one: one.resource):
        names.append(resource)
        base = BASES.get(resource, f"{prefix}Resource")
        text.append(f'\n\nclass {prefix}{camel(resource)}({base}):\n    """`/v1/{resource}`."""\n')
        for one in methods:
            text.append(_method(one, types, is_async=is_async, stream=False))
            if one.streams:
                text.append(_method(one, types, is_async=is_async, stream=True))
    text.append(_root(names, prefix))
    return "".join(text)


def _root(names: Sequence[str], prefix: str) -> str:
    lines = [f'\n\nclass {prefix}Resources({prefix}Resource):\n    """All of them."""\n']
    for resource in names:
        kind = f"{prefix}{camel(resource)}"
        lines.append(
            f"\n    @cached_property\n    def {python_name(resource)}(self) -> {kind}:\n"
            f'        """`/v1/{resource}`."""\n        return {kind}(self._http)\n'
        )
    return "".join(lines)


def _method(one: Operation, types: Types, *, is_async: bool, stream: bool) -> str:
    prefix = "Async" if is_async else ""
    given = "given" if one.query or one.body else "{'options': options or {}}"
    returns, call, waits = _call(one, types, prefix, stream)
    positional = "".join(f", {_parameter(name)}: str" for name in one.parameters)
    last = (
        f", **given: Unpack[p.{arguments_name(one)}]"
        if given == "given"
        else ", *, options: Options | None = None"
    )
    name = re.sub("^create", "stream", one.name) if stream else one.name
    define, wait = ("async def", "await ") if is_async and waits else ("def", "")
    place = re.sub(r"{[^}]*}", "{}", one.path)
    names = "".join(f", {_parameter(name)}" for name in one.parameters)
    where = f'path("{place}"{names})' if names else f'"{one.path}"'
    query = tuple(python_name(field.wire) for field in one.query) if one.method != "GET" else ()
    more = f", query={query!r}" if query else ""
    more += f", fixed={{'stream': {stream}}}" if one.streams else ""
    doc = " ".join(one.doc.split()).replace("\\", "\\\\") or f"{one.method} {one.path}."
    head = call.format(where=where, given=given, more=more)
    return (
        f"\n    {define} {name}(self{positional}{last}) -> {returns}:\n"
        f'        """{doc}"""\n        return {wait}{head}\n'
    )


def _call(one: Operation, types: Types, prefix: str, stream: bool) -> tuple[str, str, bool]:
    """What it returns, the call that gets it, and whether that is awaited."""
    tail = "{where}, {given}{more})"
    if stream:
        return f"{prefix}Stream[StreamEvent]", f'self._stream("{one.method}", {tail}', False
    if one.kind == "nothing":
        return "None", f'self._nothing("{one.method}", {tail}', True
    if one.kind == "bytes":
        return "bytes", f'self._bytes("{one.method}", {tail}', True
    kind = _qualified(types.of(one.answer, "out"))
    paged = one.kind == "pages" or any(field.wire == "limit" for field in one.query)
    if one.kind in ("objects", "pages") and one.method == "GET" and paged:
        return f"{prefix}Pages[{kind}]", f"self._pages({{where}}, {kind}, {{given}})", False
    if one.kind in ("objects", "pages"):
        return f"List[{kind}]", f'self._objects("{one.method}", {{where}}, {kind}, {{given}}{{more}})', True
    return kind, f'self._object("{one.method}", {{where}}, {kind}, {{given}}{{more}})', True


def _qualified(kind: str) -> str:
    """A class of the module of answers; anything else is a plain `Object`."""
    return f"o.{kind}" if re.fullmatch(r"[A-Z]\w*", kind) and kind != "Any" else "Object"


def _parameter(name: str) -> str:
    return python_name(name)
