"""The guide's scenario runs, in both languages, and names every key there is."""

import re
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT, blocks
from voice_engine.simulate.expect import CHECKS
from voice_engine.simulate.read import parse
from voice_engine.simulate.run import play
from voice_engine.simulate.scenario import WHAT, WHEN

PAGES = ["docs/guides/simulate.md", "docs/guides/simulate.zh.md"]


@pytest.mark.parametrize("page", PAGES)
def test_the_scenario_of_the_guide_comes_true(page: str):
    scenario = blocks(page, "yaml")[0]

    assert play(parse(scenario, Path("guide.yaml"))).broken == []


@pytest.mark.parametrize("page", PAGES)
def test_the_guide_names_every_key(page: str):
    text = (ROOT / page).read_text()
    named = set(re.findall(r"`([a-z_]+)[:`]", text))

    assert set(WHEN) | set(WHAT) | set(CHECKS) <= named
