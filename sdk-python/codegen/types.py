"""Python's types for schemas: `Object` classes of what comes back, `TypedDict`s of what is sent."""

import keyword
import re
from collections.abc import Iterable
from typing import Literal

from codegen.document import Document, Field, Json, Operation, camel

Side = Literal["in", "out"]
_PLAIN = {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_OBJECTS_HEAD = '''\
"""What the API answers. Written by scripts/sdk-python from the OpenAPI document: do not edit."""

# ruff: noqa
from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from yingda._object import Object
'''
_PARAMS_HEAD = '''\
"""What the API is sent. Written by scripts/sdk-python from the OpenAPI document: do not edit.

Arguments of methods are spelt as in Python, dictionaries as in the API.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict

from yingda._options import FileInput, Given
'''


class Types:
    """Collects which schemas are needed on which side while signatures are written."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._wanted: dict[Side, list[str]] = {"in": [], "out": []}

    def of(self, schema: Json, side: Side) -> str:
        """The type of a value."""
        if "$ref" in schema:
            return self._reference(self._document.key(schema), side)
        members = schema.get("anyOf") or schema.get("oneOf")
        if members:
            kinds = dict.fromkeys(self.of(one, side) for one in members)
            return "Any" if "Any" in kinds else " | ".join(kinds)
        if "enum" in schema or "const" in schema:
            values = schema.get("enum") or [schema["const"]]
            return f"Literal[{', '.join(repr(value) for value in values)}]"
        if schema.get("type") == "array":
            item = self.of(schema.get("items", {}), side)
            return f"list[{item}]" if side == "out" else f"Sequence[{item}]"
        if schema.get("type") == "object":
            return self._map(schema, side)
        return self._text(schema, side) if schema.get("type") == "string" else self._plain(schema)

    def objects(self) -> str:
        """The module of answers, with everything that was asked for so far."""
        return _OBJECTS_HEAD + "".join(self._object(key) for key in self._closed("out"))

    def params(self, operations: Iterable[Operation]) -> str:
        """The module of requests: the arguments of all methods, and what is within them."""
        arguments = "".join(self.arguments(one) for one in operations if one.query or one.body)
        nested = "".join(self._param(key) for key in self._closed("in"))
        return _PARAMS_HEAD + nested + arguments

    def arguments(self, operation: Operation) -> str:
        """The keyword arguments of one method."""
        fields = [one for one in (*operation.query, *operation.body) if one.wire != "stream"]
        lines = [f"\n\nclass {arguments_name(operation)}(Given, total=False):"]
        for one in fields:
            kind = self.of(one.schema, "in")
            lines.append(f"    {python_name(one.wire)}: {f'Required[{kind}]' if one.required else kind}")
            lines += _doc(one)
        return "\n".join(lines) + ("\n" if fields else "\n    pass\n")

    def _reference(self, key: str, side: Side) -> str:
        schema = self._document.schemas[key]
        if not schema.get("properties"):  # an enumeration, a union, a free map: as good as written here
            return self.of(schema, side)
        if key not in self._wanted[side]:
            self._wanted[side].append(key)
        return self._document.names[key] + ("Param" if side == "in" else "")

    def _map(self, schema: Json, side: Side) -> str:
        inner = schema.get("additionalProperties")
        value = self.of(inner, side) if isinstance(inner, dict) and inner else "Any"
        return f"dict[str, {value}]" if side == "out" else f"Mapping[str, {value}]"

    @staticmethod
    def _text(schema: Json, side: Side) -> str:
        if schema.get("format") == "binary" or "contentMediaType" in schema:
            return "FileInput"
        if schema.get("format") == "date-time":
            return "datetime" if side == "out" else "datetime | str"
        return "str"

    @staticmethod
    def _plain(schema: Json) -> str:
        kind = schema.get("type")
        if isinstance(kind, list):
            return " | ".join(_PLAIN.get(one, "str") for one in kind)
        return _PLAIN.get(str(kind), "Any")

    def _closed(self, side: Side) -> list[str]:
        """Every schema that is reached from those wanted so far, by name."""
        done = 0
        while done < len(self._wanted[side]):
            for one in self._document.fields(self._document.schemas[self._wanted[side][done]]):
                self.of(one.schema, side)
            done += 1
        return sorted(self._wanted[side], key=lambda key: self._document.names[key])

    def _object(self, key: str) -> str:
        schema = self._document.schemas[key]
        lines = [f"\n\nclass {self._document.names[key]}(Object):", f'    """{_said(schema, key)}"""\n']
        for one in self._document.fields(schema):
            kind = self.of(one.schema, "out")
            if not one.required and "None" not in kind.split(" | ") and kind != "Any":
                kind = f"{kind} | None"
            lines.append(f"    {python_name(one.wire)}: {kind}")
            lines += _doc(one)
        return "\n".join(lines) + "\n"

    def _param(self, key: str) -> str:
        schema, name = self._document.schemas[key], f"{self._document.names[key]}Param"
        fields = self._document.fields(schema)
        kinds = {one.wire: self.of(one.schema, "in") for one in fields}
        typed = {
            one.wire: f"Required[{kinds[one.wire]}]" if one.required else kinds[one.wire] for one in fields
        }
        if all(wire.isidentifier() and not keyword.iskeyword(wire) for wire in typed):
            lines = [f"\n\nclass {name}(TypedDict, total=False):", f'    """{_said(schema, key)}"""\n']
            for one in fields:
                lines += [f"    {one.wire}: {typed[one.wire]}", *_doc(one)]
            return "\n".join(lines) + "\n"
        inside = ", ".join(f'"{wire}": {_quoted(kind)}' for wire, kind in typed.items())
        return f"\n\n{name} = TypedDict(\n    {name!r}, {{{inside}}}, total=False)\n"


def arguments_name(operation: Operation) -> str:
    """`AssistantsCreate`."""
    return camel(operation.resource) + camel(operation.name)


def python_name(wire: str) -> str:
    """`first_message` of `firstMessage`."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", wire)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", words).lower().strip("_")
    return f"{words}_" if keyword.iskeyword(words) else words


def wire_name(name: str) -> str:
    """What the client makes of an argument's name; exceptions are written down (`IRREGULAR`)."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def names(operations: Iterable[Operation]) -> str:
    """The module of arguments whose wire name cannot be told from their own."""
    wires = {one.wire for operation in operations for one in (*operation.query, *operation.body)}
    found = {python_name(wire): wire for wire in sorted(wires) if wire_name(python_name(wire)) != wire}
    head = '"""Arguments by their names in the API, where these are irregular. Generated."""'
    return f"{head}\n\nIRREGULAR: dict[str, str] = {found!r}\n"


def _quoted(kind: str) -> str:
    return f"Required[{kind[9:-1]!r}]" if kind.startswith("Required[") else repr(kind)


def _doc(one: Field) -> list[str]:
    return [f'    """{_escaped(one.doc)}"""'] if one.doc else []


def _said(schema: Json, key: str) -> str:
    return _escaped(schema.get("description") or f"{camel(key)}.")


def _escaped(text: str) -> str:
    text = " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''")
    return f"{text} " if text.endswith('"') else text
