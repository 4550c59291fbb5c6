"""Every operation is tried with valid and with invalid input: nothing breaks it, it answers as documented."""

import json
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
TRIES = 8  # requests of each mode to each operation
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi-released.json"
LABELS = [
    f"{method.upper()} {path}"
    for path, item in json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"].items()
    for method in item
]


@pytest.fixture(scope="session")
def operations(_app: FastAPI) -> dict[str, Any]:
    """The operations of the application by their labels."""
    document = json.dumps(_shallow(_app.openapi())).encode()

    async def with_shallow_document(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") != "/openapi.json":
            await _app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": document})

    contract = schemathesis.openapi.from_asgi("/openapi.json", with_shallow_document)
    found = [one.ok() for one in contract.get_all_operations()]  # type: ignore[union-attr]
    return {operation.label: operation for operation in found}


def _shallow(document: dict[str, Any]) -> dict[str, Any]:
    """With whole assistants and squads tried where they are stored, and small ones where others hold them."""
    schemas = document["components"]["schemas"]
    small = json.dumps({"type": "object", "properties": {"name": {"type": "string", "maxLength": 40}}})
    pruned = {}
    for name, schema in schemas.items():
        text = json.dumps(schema)
        for whole in WHOLES - {name}:
            text = text.replace(json.dumps({"$ref": f"#/components/schemas/{whole}"}), small)
        pruned[name] = json.loads(text)
    return {**document, "components": {**document["components"], "schemas": pruned}}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", LABELS)
def test_no_input_breaks_an_operation(
    label: str, mode: GenerationMode, operations: dict[str, Any], org: Org, redis: Redis
) -> None:
    register(redis)

    @settings(
        max_examples=TRIES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operations[label].as_strategy(generation_mode=mode))
    def attempt(case: Any) -> None:
        case.call_and_validate(headers=org.headers, checks=CHECKS)

    attempt()
