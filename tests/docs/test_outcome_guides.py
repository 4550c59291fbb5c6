"""What the guides on outcome, compliance and analytics show is accepted as it stands there."""

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from api.v1.analysis.rubrics import Rubric
from api.v1.analytics.query import statement
from api.v1.analytics.schemas import Analytics
from api.v1.assistants.schemas.assistant import CreateAssistant
from api.v1.structured_outputs.schemas import CreateStructuredOutput
from tests.docs.snippets import ROOT, blocks

GUIDES = ("outcome", "compliance", "analytics")
PAGES = [f"docs/guides/{name}{tongue}" for name in GUIDES for tongue in (".md", ".zh.md")]
SHOWN = [(page, number) for page in PAGES for number in range(len(blocks(page, "json")))]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def shape_of(shown: dict[str, Any]) -> type[Analytics | CreateStructuredOutput | CreateAssistant]:
    if "queries" in shown:
        return Analytics
    return CreateStructuredOutput if "schema" in shown else CreateAssistant


@pytest.mark.parametrize(("page", "number"), SHOWN)
def test_every_body_that_is_shown_is_accepted(page: str, number: int):
    shown = json.loads(blocks(page, "json")[number])

    accepted = shape_of(shown).model_validate(shown)

    assert accepted.given().keys() == shown.keys()
    if isinstance(accepted, Analytics):
        assert all(statement(query, "org", NOW).sql for query in accepted.queries)


@pytest.mark.parametrize("page", PAGES[:2])
def test_every_rubric_is_explained(page: str):
    text = (ROOT / page).read_text()

    assert [name for name in get_args(Rubric) if f"`{name}`" not in text] == []


def test_both_languages_show_the_same_bodies():
    for name in GUIDES:
        shown = [blocks(f"docs/guides/{name}{tongue}", "json") for tongue in (".md", ".zh.md")]
        assert len(shown[0]) == len(shown[1]) > 0
