"""The OpenAPI document as the generator wants it: operations by resource, schemas by names worth having."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["object", "objects", "pages", "bytes", "nothing"]
VERBS = {"get": "get", "patch": "update", "put": "replace", "delete": "delete", "post": "create"}
# Paths whose name would be found differently. Whatever stands here may also not exist (yet).
NAMES = {
    "POST /v1/calls/web": "create_web",
    "POST /v1/chats/web": "create_web",
    "POST /v1/chats/responses": "create_response",
    "POST /v1/chats/web/responses": "create_web_response",
    "POST /v1/credentials/test": "test_unsaved",
    "POST /v1/analytics": "query",
    "POST /v1/organizations/{id}/signing-secret": "make_signing_secret",
    "POST /v1/webhook-deliveries/replay": "replay_all",
    "GET /v2/calls": "search",
    "GET /v2/calls/metadata": "search_metadata",
    "GET /v2/calls/export": "export",
    "GET /v2/phone-numbers": "search",
    "GET /v1/assistants/drafts": "list_all_drafts",
    "GET /v1/tools/drafts": "list_all_drafts",
}
# Operations that answer something else when a certain field is given: a method of its own for that.
VARIANTS = {"POST /v1/calls": ("customers", "create_batch")}
LEFT_OUT = ("artifacts", "engine", "auth")  # signed URLs, our own engines, people who log in


@dataclass
class Field:
    """A property or a parameter; `wire` is its name in the API."""

    wire: str
    schema: Json
    required: bool = False

    @property
    def doc(self) -> str:
        """What the API says of it."""
        return str(self.schema.get("description", ""))


@dataclass
class Operation:
    """A method of a resource's class."""

    resource: str
    method: str
    path: str
    name: str
    doc: str
    parameters: list[str]
    query: list[Field]
    body: list[Field]
    kind: Kind
    answer: Json = field(default_factory=dict)

    @property
    def streams(self) -> bool:
        """Whether it may answer piece by piece."""
        return any(one.wire == "stream" for one in self.body)


class Document:
    """Wraps the JSON of `/openapi.json`."""

    def __init__(self, openapi: Json) -> None:
        self.schemas: Json = openapi["components"]["schemas"]
        self.names = _names(self.schemas)
        self.operations = sorted(self._operations(openapi["paths"]), key=lambda one: one.resource)

    def resolve(self, schema: Json) -> Json:
        """The schema itself where a reference stands."""
        found: Json = self.schemas[self.key(schema)] if "$ref" in schema else schema
        return found

    @staticmethod
    def key(schema: Json) -> str:
        """Which component a reference means."""
        return str(schema["$ref"].rpartition("/")[2])

    def fields(self, schema: Json) -> list[Field]:
        """The properties of an object. Those of a union are put together, required if all require them."""
        schema = self.resolve(schema)
        members = [self.fields(one) for one in schema.get("anyOf") or schema.get("oneOf") or ()]
        if members:
            return _merged([one for one in members if one])
        needed = schema.get("required", ())
        return [Field(name, one, name in needed) for name, one in schema.get("properties", {}).items()]

    def _operations(self, paths: Json) -> Iterator[Operation]:
        taken: set[tuple[str, str]] = set()
        for path, methods in paths.items():
            parts = path.strip("/").split("/")
            if parts[0] not in ("v1", "v2") or parts[1].startswith("{") or parts[1] in LEFT_OUT:
                continue
            for method, told in methods.items():
                if method not in VERBS:
                    continue
                made = self._operation(method, path, parts, told)
                if (made.resource, made.name) in taken:
                    made.name = f"{made.name}_{_snake(parts[-1].strip('{}'))}"
                taken.add((made.resource, made.name))
                yield from _variants(made)

    def _operation(self, method: str, path: str, parts: list[str], told: Json) -> Operation:
        kind, answer = self._answer(told["responses"])
        parameters = told.get("parameters", ())
        query = [_parameter(one) for one in parameters if one["in"] == "query"]
        name = NAMES.get(f"{method.upper()} {path}") or _method_name(method, parts[2:], kind)
        names = re.findall(r"{(\w+?)(?::\w+)?}", path)
        doc = told.get("description") or told.get("summary", "")
        return Operation(
            parts[1], method.upper(), path, name, doc, names, query, self._body(told), kind, answer
        )

    def _body(self, told: Json) -> list[Field]:
        content = told.get("requestBody", {}).get("content", {})
        form = content.get("multipart/form-data", {}).get("schema")
        plain = content.get("application/json", {}).get("schema")
        fields = [*(self.fields(plain) if plain else ()), *(self.fields(form) if form else ())]
        return list({one.wire: one for one in fields}.values())

    def _answer(self, responses: Json) -> tuple[Kind, Json]:
        good = responses.get("201") or next((one for code, one in responses.items() if code < "4"), {})
        content = good.get("content", {})
        if "application/json" not in content:
            return ("nothing" if "204" in responses else "bytes"), {}
        schema = content["application/json"].get("schema", {})
        if schema.get("type") == "array":
            return "objects", schema["items"]
        whole = self.resolve(schema)
        if {"results", "metadata"} <= whole.get("properties", {}).keys():
            return "pages", whole["properties"]["results"]["items"]
        return "object", schema


def _variants(made: Operation) -> Iterator[Operation]:
    answers = made.answer.get("anyOf", ())
    field, name = VARIANTS.get(f"{made.method} {made.path}", ("", ""))
    if not field or len(answers) != 2:
        yield made
        return
    without = [one for one in made.body if one.wire != field]
    yield replace(made, body=without, answer=answers[0])
    needed = [replace(one, required=True) for one in made.body if one.wire == field]
    yield replace(made, name=name, body=[*needed, *without], answer=answers[1])


def _parameter(told: Json) -> Field:
    schema = dict(told.get("schema", {}))
    if "description" in told:
        schema["description"] = told["description"]
    return Field(told["name"], schema, told.get("required", False))


def _merged(members: list[list[Field]]) -> list[Field]:
    found: dict[str, list[Field]] = {}
    for member in members:
        for one in member:
            found.setdefault(one.wire, []).append(one)
    return [_together(wire, several, len(members)) for wire, several in found.items()]


def _together(wire: str, several: list[Field], members: int) -> Field:
    required = len(several) == members and all(one.required for one in several)
    kinds = list({str(one.schema): one.schema for one in several}.values())
    schema = kinds[0] if len(kinds) == 1 else {"anyOf": kinds, "description": several[0].doc}
    return Field(wire, schema, required)


def _method_name(method: str, rest: list[str], kind: Kind) -> str:
    words = [_snake(part) for part in rest if not part.startswith("{")]
    is_list = kind in ("objects", "pages")
    if not words:
        return "list" if method == "get" and is_list and not rest else VERBS[method]
    what = "_".join(words)
    if rest[-1].startswith("{") and method == "post":
        return words[-1]
    if rest[-1].startswith("{"):
        return f"{VERBS[method]}_{singular(what)}"
    if method == "get":
        return f"list_{what}" if is_list else f"get_{what}"
    if method == "post":
        return f"create_{singular(what)}" if what.endswith("s") else _action(words)
    return f"{VERBS[method]}_{what}"


def _action(words: list[str]) -> str:
    """`publish_draft` of `/drafts/{id}/publish`."""
    return "_".join([words[-1], *map(singular, words[:-1])])


def singular(word: str) -> str:
    """`file` of `files`."""
    if word.endswith("ies"):
        return word.removesuffix("ies") + "y"
    return word.removesuffix("s") if not word.endswith("ss") else word


def camel(words: str) -> str:
    """`ApiKeys` of `api-keys`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", words))


def _snake(words: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", words).lower()


def _names(keys: Iterable[str]) -> dict[str, str]:
    """A name for each component; of two that would be called the same, one is called by its module too."""
    found: dict[str, str] = {}
    for key in sorted(keys, key=lambda key: (key.count("__"), key)):
        name = _name(key)
        if name in found.values():
            name = camel("_".join(key.split("__")[2:]))
        found[key] = name
    return found


def _name(key: str) -> str:
    """FastAPI calls what it finds twice by its module: `api__v1__tools__schemas__Tool`."""
    parts = key.split("__")
    if len(parts) < 3:
        return camel(key)
    last, owner = camel(parts[-1]), camel(singular(parts[2]))
    return last if last.startswith(owner) else f"{owner}{last}"
