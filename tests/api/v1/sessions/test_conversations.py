"""Conversations: sessions in simpler words."""

import httpx
import pytest

from tests.api.v1.chats.talking import assistant, says, scripted
from tests.api.world import Org

HELLO = scripted(says("hello", "Good day."), says("bye", "Good bye."))


@pytest.mark.parametrize("prefix", ["/v1/conversations", "/api/v1/conversations"])
async def test_a_conversation_is_begun_continued_and_read_in_order(
    client: httpx.AsyncClient, org: Org, prefix: str
):
    body = {"assistantId": await assistant(client, org, HELLO)}
    begun = (await client.post(prefix, json=body, headers=org.headers)).json()

    said = [
        await client.post(f"{prefix}/{begun['id']}/messages", json={"content": words}, headers=org.headers)
        for words in ("hello", "bye")
    ]
    listed = (await client.get(f"{prefix}/{begun['id']}/messages", headers=org.headers)).json()
    rest = (await client.get(f"{prefix}/{begun['id']}/messages?after=3", headers=org.headers)).json()
    every = (await client.get(prefix, headers=org.headers)).json()

    assert [(answer.status_code, answer.json()["content"]) for answer in said] == [
        (201, "Good day."), (201, "Good bye."),
    ]  # fmt: skip
    assert [(m["seq"], m["role"], m["content"]) for m in listed] == [
        (1, "user", "hello"), (2, "assistant", "Good day."),
        (3, "user", "bye"), (4, "assistant", "Good bye."),
    ]  # fmt: skip
    assert rest == listed[3:]
    assert [one["id"] for one in every["results"]] == [begun["id"]]


async def test_another_organisations_conversation_is_not_there(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    begun = (await client.post("/v1/conversations", json={"assistant": HELLO}, headers=org.headers)).json()
    url = f"/v1/conversations/{begun['id']}"

    answers = [
        await client.get(url, headers=other_org.headers),
        await client.get(f"{url}/messages", headers=other_org.headers),
        await client.post(f"{url}/messages", json={"content": "hello"}, headers=other_org.headers),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
