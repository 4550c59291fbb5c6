"""What pages claim that can be checked without starting anything."""

import json
import re
import subprocess
import sys
from typing import get_args

import pytest

from api.v1.assistants.schemas.assistant import CreateAssistant
from api.v1.assistants.schemas.server import ClientMessage
from api.v1.squads.schemas import CreateSquad
from tests.docs.snippets import ROOT, blocks
from voice_engine.messages import CLIENT_DEFAULT
from voice_engine.session.commands import COMMANDS

READMES = ["README.md", "README.zh-CN.md"]
PAGES = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", READMES)
def test_a_readme_shows_the_client_that_is_in_examples(page):
    assert blocks(page, "python") == [(ROOT / "examples" / "websocket_client.py").read_text().rstrip()]


@pytest.mark.parametrize("page", READMES)
def test_a_readme_is_short(page):
    assert len((ROOT / page).read_text().splitlines()) <= 200


@pytest.mark.parametrize("page", [*READMES, "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", *PAGES])
def test_files_that_are_linked_to_exist(page):
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)

    assert [target for target in targets if not ((ROOT / page).parent / target).exists()] == []


@pytest.mark.parametrize("page", [*READMES, *PAGES])
def test_json_blocks_are_json(page):
    for block in blocks(page, "json"):
        json.loads(block.replace("…", "x"))


def test_every_example_is_at_most_sixty_lines():
    examples = sorted((ROOT / "examples").glob("*.py"))

    assert examples
    assert [path.name for path in examples if len(path.read_text().splitlines()) > 60] == []


@pytest.mark.parametrize("page", ["docs/guides/assistants.md", "docs/guides/assistants.zh.md"])
def test_the_fields_in_the_assistant_guide_exist(page):
    known = {field.alias or name for name, field in CreateAssistant.model_fields.items()}
    rows = re.findall(r"^\| `([a-zA-Z]+)[.`]", (ROOT / page).read_text(), re.MULTILINE)
    elsewhere = {"pocketsphinx", "dashscope", "openai", "scripted", "espeak", "now", "customer", "call"}

    assert set(rows) - known - elsewhere == set()


@pytest.mark.parametrize("page", ["docs/guides/squads.md", "docs/guides/squads.zh.md"])
def test_the_squad_in_the_guide_is_one(page):
    given = json.loads(blocks(page, "json")[0].replace("…", "x"))

    assert CreateSquad.model_validate(given).given() == given


def test_the_messages_of_the_websocket_guide_are_the_ones_there_are():
    text = (ROOT / "docs/guides/websocket.md").read_text()
    told = set(re.findall(r"^\| `([a-z.-]+)` \|", text, re.MULTILINE))
    said = set(re.findall(r'^\| `\{"type": "([a-z_-]+)"', text, re.MULTILINE))
    from_us = {"status", "transcript", "response", "function_call", "error"}

    assert told - {"type", "error"} <= set(get_args(ClientMessage))
    assert "turn-metrics" in told
    assert said - from_us == set(COMMANDS)
    silent = {"function-call", "workflow.node.started"}  # Vapi has them, we do not
    assert CLIENT_DEFAULT - silent <= told


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]

    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)

    assert outcome.returncode == 0, outcome.stderr
    fetched = [
        address
        for path in tmp_path.rglob("*.html")
        for address in re.findall(
            r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', path.read_text()
        )
    ]
    assert fetched == []
