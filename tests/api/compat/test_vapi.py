"""Vapi's own paths, at / and at /v1, answer like ours."""

import httpx
import pytest
from redis import Redis

from tests.api.v1.calls.engines import register
from tests.api.world import Org

ASSISTANT = {"name": "A", "model": {"provider": "scripted"}, "firstMessage": "Hi"}


@pytest.mark.parametrize("prefix", ["/assistant", "/v1/assistant"])
async def test_assistants_live_under_vapis_paths_too(client: httpx.AsyncClient, org: Org, prefix: str):
    made = await client.post(prefix, json=ASSISTANT, headers=org.headers)
    url = f"{prefix}/{made.json()['id']}"

    assert made.status_code == 201
    assert (await client.get(url, headers=org.headers)).json() == made.json()
    assert (await client.get("/v1/assistants", headers=org.headers)).json() == [made.json()]
    changed = await client.patch(url, json={"name": "B"}, headers=org.headers)
    assert changed.json()["name"] == "B"
    assert (await client.delete(url, headers=org.headers)).json()["name"] == "B"


@pytest.mark.parametrize("prefix", ["/call", "/v1/call"])
async def test_calls_live_under_vapis_paths_too(
    client: httpx.AsyncClient, org: Org, redis: Redis, prefix: str
):
    register(redis)
    transport = {
        "provider": "vapi.websocket",
        "audioFormat": {"format": "pcm_s16le", "container": "raw", "sampleRate": 16000},
    }
    body = {"assistant": ASSISTANT, "transport": transport}

    made = await client.post(prefix, json=body, headers=org.headers)
    web = await client.post(f"{prefix}/web", json={"assistant": ASSISTANT}, headers=org.public_headers)
    phone = await client.post(
        f"{prefix}/phone",
        json={"assistant": ASSISTANT, "phoneNumberId": "x", "customer": {"number": "+8613800000000"}},
        headers=org.headers,
    )

    assert (made.status_code, web.status_code, phone.status_code) == (201, 201, 404)
    assert web.json()["webCallUrl"]
    listed = await client.get(prefix, headers=org.headers)
    assert {call["id"] for call in listed.json()} == {made.json()["id"], web.json()["id"]}
    url = f"{prefix}/{made.json()['id']}"
    assert (await client.get(url, headers=org.headers)).json()["status"] == "queued"
    assert (await client.patch(url, json={"name": "N"}, headers=org.headers)).json()["name"] == "N"
    assert (await client.delete(url, headers=org.headers)).status_code == 200


@pytest.mark.slow
async def test_the_document_describes_the_canonical_paths_only(client: httpx.AsyncClient):
    paths = (await client.get("/openapi.json")).json()["paths"]

    assert "/v1/assistants" in paths
    assert "/v1/calls" in paths
    assert not [
        path for path in paths if path.startswith(("/assistant", "/call", "/v1/assistant/", "/v1/call/"))
    ]
