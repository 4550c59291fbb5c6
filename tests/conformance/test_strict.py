"""The judge itself: what it must not let pass."""

from typing import Any

import pytest
import vapi.types

from tests.conformance.strict import faults

pytestmark = pytest.mark.slow  # the SDK takes seconds to import
GOOD: dict[str, Any] = {
    "id": "a",
    "orgId": "o",
    "createdAt": "2026-11-20T12:00:00.000Z",
    "updatedAt": "2026-11-20T12:00:00.000Z",
}
FUNCTION = {"type": "function", "function": {"name": "f"}}


def test_a_body_that_keeps_to_the_type_has_no_fault():
    model = {"provider": "custom-llm", "url": "https://x", "model": "m", "tools": [FUNCTION]}

    assert faults(GOOD | {"model": model, "ours": 1, "maxDurationSeconds": 60}, vapi.types.Assistant) == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"model": {"provider": "dashscope", "model": "m"}}, "body.model.provider: 'dashscope' is no discr"),
        ({"model": {"provider": "custom-llm", "model": "m"}}, "body.model.url: required"),
        ({"firstMessageMode": "mumbles"}, "body.firstMessageMode: 'mumbles' is no value"),
        ({"clientMessages": ["hang", "shout"]}, "body.clientMessages.1: 'shout' is no value"),
        ({"updatedAt": "yesterday"}, "body.updatedAt: 'yesterday' is no date-time"),
        ({"maxDurationSeconds": True}, "body.maxDurationSeconds: True is no float"),
        ({"name": 7}, "body.name: 7 is no str"),
        ({"metadata": []}, "body.metadata: [] is no object"),
        ({"endCallPhrases": "bye"}, "body.endCallPhrases: 'bye' is no list"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(more: dict[str, Any], told: str):
    [fault] = faults(GOOD | more, vapi.types.Assistant)

    assert fault.startswith(told)


def test_what_is_required_must_be_there():
    assert faults({"id": "a", "orgId": "o"}, vapi.types.Assistant) == [
        "body.createdAt: required by Assistant, and missing",
        "body.updatedAt: required by Assistant, and missing",
    ]
