"""What the guide says a template gives is what it gives."""

import re
from datetime import UTC, datetime

import pytest

from tests.docs.snippets import ROOT
from voice_engine.kernel.templates import Templates

PAGES = ("docs/guides/templates.md", "docs/guides/templates.zh.md")
ROW = re.compile(r"^\| `(\{.*?)` \| (?:`(.*?)` )?\|$", re.MULTILINE)
VALUES = {"name": "林", "items": ["茶", "水"], "paid": True, "total": 12.5}


def rows(page: str) -> list[tuple[str, str]]:
    """Template and result of each row."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [(template.replace("\\|", "|"), result) for template, result in ROW.findall(text)]


@pytest.mark.parametrize("page", PAGES)
def test_every_template_gives_what_the_guide_says(page: str):
    templates = Templates(VALUES, datetime(2026, 11, 20, 13, 5, tzinfo=UTC))

    rendered = [(template, templates.text(template, "field")) for template, _ in rows(page)]

    assert rendered == rows(page)
    assert len(rendered) == 17


def test_both_languages_show_the_same_templates():
    assert rows(PAGES[0]) == rows(PAGES[1])
