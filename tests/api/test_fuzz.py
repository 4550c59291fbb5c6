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
    contract = schemathesis.openapi.from_asgi("/openapi.json", _app)
    found = [one.ok() for one in contract.get_all_operations()]  # type: ignore[union-attr]
    return {operation.label: operation for operation in found}


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
