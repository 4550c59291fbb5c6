"""A conversation by text goes on as a call, and afterwards by text again."""

import asyncio
from typing import Any

import httpx
import pytest
from redis import Redis

from api.jobs.context import Jobs
from api.v1.calls.model import CallRow
from api.v1.calls.tasks import summarise
from tests.api.v1.calls.engines import register
from tests.api.v1.chats.talking import assistant, chat, says, scripted, session
from tests.api.world import Org

NAMED = {"name": "Shop", "firstMessage": "Welcome!", "voice": {"provider": "espeak", "voiceId": "en-us"}}
HELLO = scripted(says("hello|spoken", "Good day."), **NAMED)


@pytest.fixture(autouse=True)
def engine_1(redis: Redis) -> None:
    register(redis)


async def ring(client: httpx.AsyncClient, org: Org, **fields: Any) -> httpx.Response:
    return await client.post("/v1/calls", json=fields, headers=org.headers)


def row_of(jobs: Jobs, org: Org, id: str) -> CallRow:
    with jobs.transaction(org.id) as db:
        row = db.get(CallRow, id)
        assert row is not None
        return row


def end(jobs: Jobs, org: Org, id: str, *said: tuple[str, str]) -> None:
    """The engine's events, as they were applied."""
    with jobs.transaction(org.id) as db:
        row = db.get(CallRow, id)
        assert row is not None
        row.status = "ended"
        row.messages = [{"role": role, "message": words, "time": 1.0} for role, words in said]
    summarise(jobs, org.id, callId=id)
    summarise(jobs, org.id, callId=id)


async def test_a_call_knows_what_was_written_and_takes_it_up(client: httpx.AsyncClient, org: Org, jobs: Jobs):
    opened = await session(
        client, org, assistantId=await assistant(client, org, HELLO), customer={"name": "Li"}
    )
    await chat(client, org, "hello", sessionId=opened["id"])

    made = await ring(client, org, sessionId=opened["id"])

    assert made.status_code == 201, made.text
    assert (made.json()["sessionId"], made.json()["assistantId"]) == (opened["id"], opened["assistantId"])
    assert made.json()["customer"] == {"name": "Li"}
    spec = row_of(jobs, org, made.json()["id"]).spec["assistant"]
    assert spec["first_message"] == ""
    assert spec["first_message_mode"] == "assistant-speaks-first-with-model-generated-message"
    assert spec["model"]["messages"][-1]["content"].endswith("\nThey: hello\nYou: Good day.")
    assert spec["id"] == opened["assistantId"]


async def test_what_was_said_is_in_the_session_once_and_the_next_chat_knows_it(
    client: httpx.AsyncClient, org: Org, jobs: Jobs
):
    opened = await session(client, org, assistant=HELLO)
    await chat(client, org, "hello", sessionId=opened["id"])
    call_id = (await ring(client, org, sessionId=opened["id"])).json()["id"]

    await asyncio.to_thread(
        end, jobs, org, call_id, ("system", "You are."), ("bot", "So."), ("user", "spoken words")
    )
    after = await chat(client, org, "hello", sessionId=opened["id"])

    assert [m["content"] for m in after["messages"]] == ["hello", "Good day.", "So.", "spoken words", "hello"]
    assert [m["role"] for m in after["messages"]] == ["user", "assistant", "assistant", "user", "user"]


async def test_a_call_goes_on_from_a_chat_without_a_session(client: httpx.AsyncClient, org: Org, jobs: Jobs):
    made = await chat(client, org, "hello", assistant=HELLO)

    called = await ring(client, org, previousChatId=made["id"])

    assert called.status_code == 201, called.text
    row = row_of(jobs, org, called.json()["id"])
    assert (row.conversation_id, row.assistant and row.assistant["name"]) == (None, "Shop")
    assert "You: Good day." in row.spec["assistant"]["model"]["messages"][-1]["content"]


async def test_another_assistant_and_a_first_message_may_be_given(
    client: httpx.AsyncClient, org: Org, jobs: Jobs
):
    opened = await session(client, org, assistant=HELLO)
    await chat(client, org, "hello", sessionId=opened["id"])
    other = await assistant(client, org, scripted(name="Other"))

    made = await ring(
        client, org, sessionId=opened["id"], assistantId=other, assistantOverrides={"firstMessage": "Yes?"}
    )

    spec = row_of(jobs, org, made.json()["id"]).spec["assistant"]
    assert (spec["name"], spec["first_message"]) == ("Other", "Yes?")
    assert "Good day." in spec["model"]["messages"][-1]["content"]


async def test_the_member_that_had_the_conversation_takes_the_call(
    client: httpx.AsyncClient, org: Org, jobs: Jobs
):
    front = scripted({"match": "bill", "tool": {"name": "handoff_to_Billing", "arguments": {}}}, name="Front")
    billing = scripted(says("bill", "30 yuan."), name="Billing")
    to = [{"type": "assistant", "assistantName": "Billing"}]
    members = [{"assistant": front, "assistantDestinations": to, "role": "primary"}, {"assistant": billing}]
    opened = await session(client, org, squad={"members": members})
    await chat(client, org, "my bill", sessionId=opened["id"])

    made = await ring(client, org, sessionId=opened["id"])

    spec = row_of(jobs, org, made.json()["id"]).spec
    assert spec["assistant"]["name"] == "Billing"
    assert all(
        "30 yuan." in m["assistant"]["model"]["messages"][-1]["content"] for m in spec["squad"]["members"]
    )


async def test_a_page_calls_from_its_own_conversation(client: httpx.AsyncClient, org: Org):
    id, other = await assistant(client, org, HELLO), await assistant(client, org, HELLO)
    own, theirs = [await session(client, org, assistantId=each) for each in (id, other)]
    key = await client.post(
        "/v1/api-keys",
        json={"kind": "public", "restrictions": {"allowedAssistantIds": [id]}},
        headers=org.headers,
    )
    headers = {"Authorization": f"Bearer {key.json()['value']}"}

    answers = [
        await client.post("/v1/calls/web", json={"sessionId": each["id"]}, headers=headers)
        for each in (own, theirs)
    ]

    assert [answer.status_code for answer in answers] == [201, 404]


@pytest.mark.parametrize(
    ("more", "code"),
    [({"previousChatId": "x"}, 400), ({"phoneNumberId": "x", "customer": {"number": "+8613800138000"}}, 400)],
)
async def test_what_cannot_go_on_is_refused(client: httpx.AsyncClient, org: Org, more: Any, code: int):
    opened = await session(client, org, assistant=HELLO)

    assert (await ring(client, org, sessionId=opened["id"], **more)).status_code == code


async def test_a_session_that_is_over_or_foreign_does_not_go_on(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    opened = await session(client, org, assistant=HELLO)
    await client.patch(f"/v1/sessions/{opened['id']}", json={"status": "completed"}, headers=org.headers)

    over, foreign = [await ring(client, who, sessionId=opened["id"]) for who in (org, other_org)]

    assert (over.status_code, over.json()["code"]) == (400, "session_completed")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "session_not_found")


async def test_a_stored_key_stays_away_from_the_address_that_a_page_brought(
    client: httpx.AsyncClient, org: Org, jobs: Jobs
):
    planted = {"provider": "custom-llm", "apiKey": "planted"}
    kept = await client.post("/v1/credentials", json=planted, headers=org.headers)
    theirs = {"provider": "custom-llm", "url": "https://else.example.cn/v1", "model": "m"}
    own = {**HELLO, "model": {**HELLO["model"], "fallbackPlan": {"models": [theirs]}}}
    body = {"assistant": own, "input": "hello"}
    began = await client.post("/v1/chats/web", json=body, headers=org.public_headers)
    assert began.status_code == 201, began.text

    going_on = {"sessionId": began.json()["sessionId"]}
    made = await client.post("/v1/calls/web", json=going_on, headers=org.public_headers)

    assert (kept.status_code, made.status_code) == (201, 201), made.text
    model = row_of(jobs, org, made.json()["id"]).spec["assistant"]["model"]
    assert model["fallbacks"][0]["sealed_api_key"] == ""
