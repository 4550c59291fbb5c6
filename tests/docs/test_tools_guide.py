"""The tools shown in the guide are tools the API takes."""

import json

import pytest

from api.v1.assistants.schemas.assistant import CreateAssistant
from tests.docs.snippets import blocks

PAGES = ["docs/guides/tools.md", "docs/guides/tools.zh.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_tool_that_is_shown_can_be_stored(page: str):
    shown = [json.loads(block) for block in blocks(page, "json")]
    tools = [block for block in shown if "type" in block and block["type"] != "tool-calls-result"]

    assistant = CreateAssistant.model_validate({"model": {"provider": "scripted", "tools": tools}})

    assert assistant.given()["model"]["tools"] == tools
    assert len(tools) == 9


def test_both_languages_show_the_same_tools():
    names = [
        [
            json.loads(block).get("function", {}).get("name", json.loads(block).get("type"))
            for block in blocks(page, "json")
        ]
        for page in PAGES
    ]

    assert names[0] == names[1]
