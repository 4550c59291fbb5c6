"""The API's contract: complete, written down, and not broken since the last release."""

import sys
from copy import deepcopy
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
_loader = SourceFileLoader("openapi_script", str(ROOT / "scripts" / "openapi"))
_spec = spec_from_loader("openapi_script", _loader)
assert _spec is not None
script = module_from_spec(_spec)
sys.dont_write_bytecode, _before = True, sys.dont_write_bytecode
_loader.exec_module(script)
sys.dont_write_bytecode = _before

PET: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"name": {"type": "string", "maxLength": 40}, "kind": {"enum": ["cat", "dog"]}},
    "required": ["name"],
}
OPERATION = {
    "parameters": [{"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 100}}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
    "responses": {
        "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Shown"}}}}
    },
}
OLD: dict[str, Any] = {
    "paths": {"/pets": {"post": OPERATION}},
    "components": {
        "schemas": {
            "Pet": PET,
            "Shown": {
                "properties": {"id": {"type": "string"}, "friend": {"$ref": "#/components/schemas/Shown"}},
                "required": ["id"],
            },
        }
    },
}


@pytest.fixture
def new() -> dict[str, Any]:
    return deepcopy(OLD)


def test_the_same_api_breaks_nothing(new: dict[str, Any]) -> None:
    assert list(script.broken(OLD, new)) == []


def test_what_is_added_breaks_nothing(new: dict[str, Any]) -> None:
    new["paths"]["/owners"] = {"get": {"responses": {"200": {}}}}
    new["components"]["schemas"]["Pet"]["properties"]["age"] = {"type": "integer"}
    new["components"]["schemas"]["Shown"]["properties"]["age"] = {"type": "integer"}
    new["components"]["schemas"]["Pet"]["properties"]["kind"] = {"enum": ["cat", "dog", "crane"]}

    assert list(script.broken(OLD, new)) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d["paths"].clear(), "POST /pets is gone"),
        (lambda d: d["paths"]["/pets"]["post"]["parameters"].clear(), "the parameter limit is gone"),
        (lambda d: d["paths"]["/pets"]["post"]["responses"].clear(), "does not answer 200"),
        (lambda d: _pet(d)["properties"].pop("kind"), ".kind is not accepted any more"),
        (lambda d: _pet(d)["required"].append("kind"), ".kind is required now"),
        (lambda d: _pet(d)["properties"]["name"].update(maxLength=10), "maxLength is 10 now"),
        (lambda d: _pet(d)["properties"]["name"].update(type="integer"), "string is not accepted any more"),
        (lambda d: _pet(d)["properties"]["kind"].update(enum=["cat"]), "=dog is not accepted any more"),
        (lambda d: _shown(d)["properties"].pop("id"), ".id is not answered any more"),
        (lambda d: _shown(d)["required"].clear(), ".id may be missing now"),
        (lambda d: _shown(d)["properties"]["id"].update(type="integer"), "may be integer now"),
    ],
)
def test_what_clients_rely_on_and_is_changed_is_told(new: dict[str, Any], change: Any, sentence: str) -> None:
    change(new)

    assert any(sentence in line for line in script.broken(OLD, new))


def test_words_are_no_promise(new: dict[str, Any]) -> None:
    _pet(new)["description"] = "A pet."
    _pet(new)["properties"]["title"] = {"type": "string", "title": "Title"}

    assert script.promised(new)["components"]["schemas"]["Pet"]["properties"]["title"] == {"type": "string"}
    assert "description" not in script.promised(new)["components"]["schemas"]["Pet"]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = script.today()
    return found


@pytest.mark.slow
def test_the_api_keeps_what_the_last_release_promised(document: dict[str, Any]) -> None:
    released = script.json.loads(script.RELEASED.read_text(encoding="utf-8"))

    assert list(script.broken(released, script.promised(document))) == []


@pytest.mark.slow
def test_every_field_is_described(document: dict[str, Any]) -> None:
    silent = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, value in schema.get("properties", {}).items()
        if "description" not in value and "$ref" not in value
    ]

    assert silent == []


@pytest.mark.slow
def test_every_operation_and_parameter_is_described(document: dict[str, Any]) -> None:
    silent = [
        f"{method} {path} {parameter['name']}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        for parameter in operation.get("parameters", ())
        if "description" not in parameter and parameter["in"] != "path"
    ]
    silent += [
        f"{method} {path}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if not operation.get("description")
    ]

    assert silent == []


@pytest.mark.slow
def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]

    assert len(names) == len(set(names))


def _pet(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]["Pet"]
    return found


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]["Shown"]
    return found
