"""Every operation is tried with valid and with invalid input: nothing breaks it, it answers as documented."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from redis import Redis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.v1.calls.engines import register
from tests.api.world import Org

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
WHOLES = frozenset({"CreateAssistant", "AssistantOverrides", "CreateSquad"})
TRIES = 6  # requests of each mode to each operation
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi-released.json"
LABELS = [
    f"{method.upper()} {path}"
    for path, item in json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"].items()
    for method in item
]


@pytest.fixture(scope="session")
def document(_app: FastAPI) -> dict[str, Any]:
    """The API's. Assistants and squads are whole where they are stored, and small where others hold them."""
    found = _app.openapi()
    small = json.dumps({"type": "object", "properties": {"name": {"type": "string", "maxLength": 40}}})
    schemas = {}
    for name, schema in found["components"]["schemas"].items():
        text = json.dumps(schema)
        for whole in WHOLES - {name}:
            text = text.replace(json.dumps({"$ref": f"#/components/schemas/{whole}"}), small)
        schemas[name] = json.loads(text)
    return {**found, "components": {**found["components"], "schemas": schemas}}


def operation(app: FastAPI, document: dict[str, Any], label: str) -> Any:
    """One operation of the application. It has a document of its own: a whole one costs gigabytes in time."""
    own = json.dumps(_only(document, label)).encode()

    async def with_own_document(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") != "/openapi.json":
            await app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": own})

    contract = schemathesis.openapi.from_asgi("/openapi.json", with_own_document)
    (found,) = contract.get_all_operations()
    return found.ok()  # type: ignore[union-attr]


def _only(document: dict[str, Any], label: str) -> dict[str, Any]:
    method, path = label.lower().split(" ")[0], label.split(" ")[1]
    components, wanted = document["components"], {method: document["paths"][path][method]}
    schemas: dict[str, Any] = {}
    new = _named(wanted)
    while new:
        schemas |= {name: components["schemas"][name] for name in new}
        new = {name for one in new for name in _named(components["schemas"][one])} - schemas.keys()
    return {**document, "paths": {path: wanted}, "components": {**components, "schemas": schemas}}


def _named(part: Any) -> set[str]:
    return set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(part)))


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", LABELS)
def test_no_input_breaks_an_operation(
    label: str, mode: GenerationMode, document: dict[str, Any], app: FastAPI, org: Org, redis: Redis
) -> None:
    register(redis)
    tried = operation(app, document, label)

    @settings(
        max_examples=TRIES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=tried.as_strategy(generation_mode=mode))
    def attempt(case: Any) -> None:
        case.call_and_validate(headers=org.headers, checks=CHECKS)

    attempt()
