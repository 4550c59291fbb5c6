"""What the guides to hooks, live control and handoffs show is what the API takes."""

import json
from typing import Any

import pytest

from api.v1.assistants.schemas.assistant import CreateAssistant
from api.v1.calls.control import ControlMessage
from tests.docs.snippets import blocks

_FIELDS = {"on": "hooks", "enabled": "keypadInputPlan", "provider": "voicemailDetection"}


def shown(page: str) -> list[dict[str, Any]]:
    return [json.loads(block) for block in blocks(f"docs/guides/{page}", "json")]


@pytest.mark.parametrize("page", ["hooks.md", "hooks.zh.md"])
def test_every_hook_and_plan_can_be_stored(page: str):
    found = shown(page)
    kinds = [next(field for key, field in _FIELDS.items() if key in block) for block in found]

    for kind, block in zip(kinds, found, strict=True):
        CreateAssistant.model_validate({kind: [block] if kind == "hooks" else block})

    assert kinds == ["hooks", "hooks", "keypadInputPlan", "voicemailDetection"]


@pytest.mark.parametrize("page", ["live-control.md", "live-control.zh.md"])
def test_every_message_can_be_sent(page: str):
    messages = shown(page)

    for message in messages:
        ControlMessage.model_validate(message)

    assert [message["type"] for message in messages] == ["append-context", "transfer", "handoff"]


@pytest.mark.parametrize("page", ["squads.md", "squads.zh.md"])
def test_handoffs_beyond_the_squad_can_be_stored(page: str):
    (tool,) = [block for block in shown(page) if block.get("type") == "handoff"]

    stored = CreateAssistant.model_validate({"model": {"provider": "scripted", "tools": [tool]}})

    assert stored.given()["model"]["tools"] == [tool]
