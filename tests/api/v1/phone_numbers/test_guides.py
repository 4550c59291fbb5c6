"""What the guides on calls and phone numbers show is done by the API as it stands there."""

import json
from typing import Any

import httpx
import pytest
from redis import Redis

from tests.api.v1.calls.engines import register
from tests.api.v1.calls.telephone import ASSISTANT, dial, number
from tests.api.world import Org
from tests.docs.snippets import blocks

Json = dict[str, Any]


def shown(page: str, **known: str) -> list[Json]:
    """The bodies of a page, the ids filled in."""
    found = blocks(f"docs/guides/{page}", "json")
    for name, value in known.items():
        found = [text.replace(f"<{name.replace('_', ' ')}>", value) for text in found]
    return [json.loads(text) for text in found]


async def assistant(client: httpx.AsyncClient, org: Org) -> str:
    answer = await client.post("/v1/assistants", json=ASSISTANT, headers=org.headers)
    return str(answer.json()["id"])


@pytest.mark.parametrize("page", ["phone-numbers.md", "phone-numbers.zh.md"])
async def test_the_guide_to_phone_numbers(client: httpx.AsyncClient, org: Org, redis: Redis, page: str):
    register(redis)
    trunk = shown(page)[0]
    made = (await client.post("/v1/credentials", json=trunk, headers=org.headers)).json()
    known = {"credential_id": made["id"], "assistant_id": await assistant(client, org)}
    _, *numbers, ring = shown(page, **known)
    answers = [await client.post("/v1/phone-numbers", json=body, headers=org.headers) for body in numbers]
    url = f"/v1/phone-numbers/{answers[0].json()['id']}/ring"
    rung = await client.post(url, json=ring, headers=org.headers)

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert (rung.status_code, rung.json()["type"]) == (201, "inboundPhoneCall")


@pytest.mark.parametrize("page", ["calls.md", "calls.zh.md"])
async def test_the_guide_to_calls(client: httpx.AsyncClient, org: Org, page: str):
    line = await number(client, org)
    bodies = shown(page, assistant_id=await assistant(client, org), phone_number_id=line["id"])
    answers = [(await client.post("/v1/calls", json=body, headers=org.headers)).json() for body in bodies]

    single, batch, scheduled = answers
    assert (single["status"], single["endedReason"]) == ("ended", "call.start.error-get-transport")
    assert (len(batch["results"]), batch["errors"]) == (2, [])
    assert scheduled["status"] == "scheduled"


async def test_both_languages_show_the_same_and_what_is_said_is_so(client: httpx.AsyncClient, org: Org):
    line = await number(client, org)
    made = (await dial(client, org, line["id"])).json()

    assert made["subscriptionLimits"]["concurrencyLimit"] == 100
    for name in ("calls", "phone-numbers"):
        assert len(shown(f"{name}.md")) == len(shown(f"{name}.zh.md")) > 0
