"""Every vendor has a row in the table and a page, in both languages, and who reads can get there."""

import re

import pytest

from tests.docs.snippets import ROOT
from voice_engine.providers import registry

VENDORS = ROOT / "docs" / "reference" / "vendors"
PROVIDERS = {
    name: {kind for kind in ("stt", "llm", "tts", "realtime") if name in registry.REGISTRY[kind]}
    for kind in ("stt", "llm", "tts", "realtime")
    for name in registry.REGISTRY[kind]
}
PAGES = sorted(path.name for path in VENDORS.glob("*.md") if not path.name.endswith(".zh.md"))


def table(page: str) -> dict[str, tuple[set[str], list[str]]]:
    """What each provider does, and its pages."""
    found = {}
    for line in (VENDORS / page).read_text().splitlines():
        if row := re.match(r"\| `([a-z-]+)` \|(.*)\|$", line):
            cells = [cell.strip() for cell in row[2].split("|")]
            kinds = ("stt", "llm", "tts", "realtime") if len(cells) == 6 else ("stt", "llm", "tts")
            does = {kind for kind, cell in zip(kinds, cells, strict=False) if cell}
            found[row[1]] = (does, re.findall(r"\]\(([a-z-]+(?:\.zh)?\.md)", cells[-1]))
    return found


@pytest.mark.parametrize("page", ["index.md", "index.zh.md"])
def test_the_table_has_every_vendor_with_what_it_does_and_its_page(page: str):
    rows = table(page)

    assert {name: does for name, (does, _) in rows.items()} == PROVIDERS
    assert [name for name, (_, pages) in rows.items() if not pages] == []
    assert [link for _, pages in rows.values() for link in pages if not (VENDORS / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_vendors_page_exists_in_both_languages_and_in_the_navigation(page: str):
    navigation = (ROOT / "mkdocs.yml").read_text()

    for name in (page, page.replace(".md", ".zh.md")):
        assert (VENDORS / name).exists()
        assert f" reference/vendors/{name}\n" in navigation
