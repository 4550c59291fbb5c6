"""What the pages of vendors and the guides show is accepted as it stands there."""

import json
from typing import Any

import httpx

from tests.api.world import Org
from tests.docs.snippets import ROOT, blocks

GUIDES = ("assistants", "failover", "realtime")
PAGES = [
    *sorted((ROOT / "docs" / "reference" / "vendors").glob("*.md")),
    *(ROOT / "docs" / "guides" / f"{name}{tongue}" for name in GUIDES for tongue in (".md", ".zh.md")),
]
PARTS = {"transcriber", "model", "voice"}


def shown() -> list[tuple[str, int, dict[str, Any]]]:
    found = []
    for page in PAGES:
        name = page.relative_to(ROOT / "docs").as_posix()
        for number, block in enumerate(blocks(f"docs/{name}", "json")):
            given = json.loads(block.replace("…", "x"))
            if isinstance(given, dict) and PARTS & set(given):
                found.append((name, number, given))
    return found


async def test_every_assistant_that_is_shown_can_be_saved(client: httpx.AsyncClient, org: Org):
    refused = {}
    for page, number, given in shown():
        answer = await client.post("/assistant", json={"name": "a", **given}, headers=org.headers)
        if answer.status_code != 201:
            refused[page, number] = answer.json()["message"]

    assert len(shown()) >= 40
    assert refused == {}
