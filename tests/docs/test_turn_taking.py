"""The turn-taking guide says and shows what the engine does."""

import json
import subprocess
import sys

import pytest

from api.v1.assistants.schemas.assistant import CreateAssistant
from api.v1.assistants.turns import turn
from tests.docs.snippets import ROOT, blocks
from voice_engine.spec import TurnPlan

GUIDES = ["docs/guides/turn-taking.md", "docs/guides/turn-taking.zh.md"]


@pytest.mark.parametrize("page", GUIDES)
def test_every_example_of_the_guide_is_a_plan_the_engine_takes(page: str):
    plans = [
        turn(CreateAssistant.model_validate(json.loads(block)).start_speaking_plan, None)
        for block in blocks(page, "json")
    ]

    assert len(plans) == 3
    assert all(plan != TurnPlan() for plan in plans)
    assert [len(plan.rules) for plan in plans] == [0, 3, 0]
    assert [plan.smart for plan in plans] == [True, True, False]


def test_the_pictures_are_what_the_engine_does_now():
    command = [sys.executable, "scripts/turn-timelines", "--check"]

    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.parametrize("page", GUIDES)
def test_the_numbers_of_the_table_are_the_defaults(page: str):
    text, plan = (ROOT / page).read_text("utf-8"), TurnPlan()

    for name in ("finished", "undecided", "unfinished", "hold"):
        seconds = f"{getattr(plan, f'{name}_s'):g}"
        assert any(
            f"`{name}Seconds`" in line and f" {seconds} " in line for line in text.splitlines() if "|" in line
        )
