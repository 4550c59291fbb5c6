"""Stored tools on the real product: a caller asks, the engine requests somebody's API, the answer is heard.
And the guides of tools and files, pasted as a stranger would.
"""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.callers import RATE, ended, on_the_line, posted, until
from tests.docs.snippets import blocks
from tests.emulators.speaking import espeak
from tests.emulators.target import Target, reply
from tests.product import Product, clean_environment

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

SENTENCE = "what is the weather tomorrow"


def weather(url: str) -> dict[str, Any]:
    return {
        "type": "apiRequest",
        "name": "weather",
        "method": "GET",
        "url": f"{url}/{{{{ city }}}}",
        "headers": {"properties": {"X-Shop": {"type": "string", "value": "{{ shop }}"}}},
        "body": {"properties": {"day": {"type": "string"}, "unit": {"type": "string", "value": "C"}}},
    }


async def test_a_caller_hears_what_a_stored_tool_found_out(client: httpx.Client):
    spoken = (await espeak(SENTENCE, RATE, 1.0)).pcm
    rule = {
        "match": "weather (?P<day>\\w+)",
        "tool": {"name": "weather", "arguments": {"day": "{day}", "city": "New York"}},
        "onToolResult": "It will be {result}.",
    }

    with Target(reply(body=b"sunny")) as api:
        tool = await asyncio.to_thread(posted, client, "/v1/tools", weather(api.url))
        model = {"provider": "scripted", "model": "r", "rules": [rule], "toolIds": [tool["id"]]}
        ears = {"provider": "pocketsphinx", "language": "en", "grammar": [SENTENCE]}
        wish = {
            "model": model,
            "transcriber": ears,
            "voice": {"provider": "espeak", "voiceId": "en-us"},
            "firstMessageMode": "assistant-waits-for-user",
        }
        shop = await asyncio.to_thread(posted, client, "/v1/assistants", wish)
        values = {"variableValues": {"shop": "west"}}
        call = await asyncio.to_thread(
            posted, client, "/v1/calls", {"assistantId": shop["id"], "assistantOverrides": values}
        )
        async with on_the_line(call["transport"]["websocketCallUrl"]) as caller:
            caller.say(spoken)
            await until(lambda: "It will be sunny." in caller.answers(), lambda: caller.heard)

    books = await asyncio.to_thread(ended, client, call["id"])
    [seen] = api.seen
    assert (seen.method, seen.path) == ("GET", "/hook/New%20York?day=tomorrow&unit=C")
    assert seen.headers["x-shop"] == "west"
    assert [m["role"] for m in books["messages"]][-4:] == ["user", "tool_calls", "tool_call_result", "bot"]


@pytest.mark.parametrize("guide", ["tools", "tools.zh", "files", "files.zh"])
def test_what_a_guide_shows_can_be_pasted(product: Product, tmp_path: Path, guide: str):
    script = "\n".join(["set -euo pipefail", *blocks(f"docs/guides/{guide}.md", "sh")])
    known = {"YINGDA": product.url, "KEY": product.keys["privateKey"]}

    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        env=clean_environment() | known,
    )

    assert done.returncode == 0, done.stderr
    answers = done.stdout.replace("}{", "}\n{").splitlines()
    assert answers
    assert all("statusCode" not in json.loads(answer) for answer in answers)


def test_a_workers_process_reads_an_uploaded_file(client: httpx.Client):
    made = client.post("/v1/files", files={"file": ("a.md", "# 营业时间".encode())}).json()
    base = posted(client, "/v1/knowledge-bases", {"name": "Shop"})
    posted(client, f"/v1/knowledge-bases/{base['id']}/files", {"fileId": made["id"]})

    def status() -> str:
        found = client.get(f"/v1/knowledge-bases/{base['id']}/files").json()
        return str(found[0]["status"])

    asyncio.run(until(lambda: status() == "ready", status))
    file = client.get(f"/v1/files/{made['id']}").json()
    assert httpx.get(file["parsedTextUrl"], trust_env=False).text == "# 营业时间"
