"""Sessions: conversations that go on."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from api.db.tx import transaction
from api.jobs.context import Jobs
from api.v1.sessions.sweep import expire
from tests.api.v1.chats.talking import assistant, chat, line, real, says, scripted, send, session
from tests.api.world import Org, SetClock
from tests.emulators.openai import OpenAiEmulator
from tests.emulators.openai.wire import Exchange

HELLO = scripted(says("hello", "Good day."))


async def get(client: httpx.AsyncClient, org: Org, id: str) -> dict[str, Any]:
    return dict((await client.get(f"/v1/sessions/{id}", headers=org.headers)).json())


async def patch(client: httpx.AsyncClient, org: Org, id: str, **fields: Any) -> httpx.Response:
    return await client.patch(f"/v1/sessions/{id}", json=fields, headers=org.headers)


async def test_a_session_begins_as_it_was_said(client: httpx.AsyncClient, org: Org):
    id = await assistant(client, org, HELLO)
    said = [{"role": "user", "content": "earlier"}]

    made = await session(
        client, org, assistantId=id, name="S", messages=said, customer={"name": "Li"}, expirationSeconds=60
    )

    assert (made["assistantId"], made["name"], made["status"]) == (id, "S", "active")
    assert (made["expirationSeconds"], made["expiresAt"]) == (60, "2026-11-20T12:01:00.000Z")
    assert (made["customer"], made["cost"], made["costs"]) == ({"name": "Li"}, 0, [])
    assert [m["content"] for m in made["messages"]] == ["earlier"]
    assert await get(client, org, made["id"]) == made


async def test_chats_go_on_in_a_session_in_order(
    client: httpx.AsyncClient,
    org: Org,
    vendor: OpenAiEmulator,
    engine: Engine,
):
    opened = await session(client, org, assistant=real(vendor), customer={"name": "Li"})

    await chat(client, org, "one", sessionId=opened["id"])
    second = await chat(client, org, "two", sessionId=opened["id"])

    kept = await get(client, org, opened["id"])
    assert [m["content"] for m in kept["messages"]] == ["one", "You said: one", "two", "You said: two"]
    assert vendor.bodies[-1]["messages"][0]["content"] == "You are kind to Li."
    assert [m["content"] for m in vendor.bodies[-1]["messages"][1:]] == ["one", "You said: one", "two"]
    assert (kept["costs"][0]["promptTokens"], second["costs"][0]["promptTokens"]) == (18, 9)
    with transaction(engine, org.id) as tx:
        found = tx.connection().execute(text("SELECT seq FROM session_messages ORDER BY seq")).scalars()
        assert list(found) == [1, 2, 3, 4]


async def test_of_two_messages_at_once_the_second_is_refused_before_the_model_is_asked(
    client: httpx.AsyncClient,
    org: Org,
    vendor: OpenAiEmulator,
):
    opened = await session(client, org, assistant=real(vendor))
    asked, free = asyncio.Event(), asyncio.Event()
    here = asyncio.get_running_loop()
    loops: list[asyncio.AbstractEventLoop] = []

    async def wait(exchange: Exchange) -> None:
        loops.append(asyncio.get_running_loop())
        here.call_soon_threadsafe(asked.set)
        await free.wait()
        await vendor.answer(exchange)

    vendor.always = wait
    first = asyncio.create_task(send(client, org, "one", sessionId=opened["id"]))
    await asked.wait()
    second = await send(client, org, "two", sessionId=opened["id"])
    changed = await patch(client, org, opened["id"], name="x")
    loops[0].call_soon_threadsafe(free.set)

    assert (await first).status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "session_busy")
    assert (changed.status_code, changed.json()["code"]) == (409, "session_busy")
    assert len(vendor.seen) == 1


async def test_a_session_whose_process_died_is_free_after_two_minutes(
    client: httpx.AsyncClient, org: Org, clock: SetClock, engine: Engine
):
    opened = await session(client, org, assistant=HELLO)
    with transaction(engine, org.id, clock=clock) as tx:
        claim = text("UPDATE sessions SET busy_with = 'dead', busy_until = :until")
        tx.connection().execute(claim, {"until": clock.wall()})
    clock.advance(1)

    assert line(await chat(client, org, "hello", sessionId=opened["id"])) == "Good day."


async def test_a_session_expires_and_each_use_makes_it_live_on(
    client: httpx.AsyncClient, org: Org, clock: SetClock, jobs: Jobs
):
    opened = await session(client, org, assistant=HELLO, expirationSeconds=60)
    clock.advance(50)
    await chat(client, org, "hello", sessionId=opened["id"])
    clock.advance(50)
    await chat(client, org, "hello", sessionId=opened["id"])
    clock.advance(61)

    late = await send(client, org, "hello", sessionId=opened["id"])
    expire(jobs)
    swept = await get(client, org, opened["id"])

    assert (late.status_code, late.json()["code"]) == (400, "session_expired")
    assert (swept["status"], len(swept["messages"])) == ("completed", 4)


async def test_sweeping_leaves_alone_what_is_alive(
    client: httpx.AsyncClient, org: Org, clock: SetClock, jobs: Jobs
):
    opened = await session(client, org, assistant=HELLO)

    expire(jobs)

    assert (await get(client, org, opened["id"]))["status"] == "active"


async def test_a_completed_session_takes_no_messages_until_it_is_active_again(
    client: httpx.AsyncClient, org: Org
):
    opened = await session(client, org, assistant=HELLO)
    await patch(client, org, opened["id"], status="completed", name="done")

    refused = await send(client, org, "hello", sessionId=opened["id"])
    await patch(client, org, opened["id"], status="active", name=None)

    assert (refused.status_code, refused.json()["code"]) == (400, "session_completed")
    assert line(await chat(client, org, "hello", sessionId=opened["id"])) == "Good day."
    assert "name" not in await get(client, org, opened["id"])


async def test_null_is_the_default(client: httpx.AsyncClient, org: Org):
    opened = await session(client, org, assistant=HELLO, name="S", status="completed", expirationSeconds=60)

    changed = await patch(client, org, opened["id"], name=None, status=None, expirationSeconds=None)

    body = changed.json()
    assert "name" not in body
    assert (body["status"], body["expirationSeconds"]) == ("active", 86_400)


async def test_messages_are_replaced_by_an_update(
    client: httpx.AsyncClient,
    org: Org,
    vendor: OpenAiEmulator,
):
    opened = await session(client, org, assistant=real(vendor))
    await chat(client, org, "one", sessionId=opened["id"])

    changed = await patch(client, org, opened["id"], messages=[{"role": "user", "content": "other"}])
    await chat(client, org, "two", sessionId=opened["id"])

    assert [m["content"] for m in changed.json()["messages"]] == ["other"]
    assert [m["content"] for m in vendor.bodies[-1]["messages"][1:]] == ["other", "two"]


async def test_who_answers_in_a_session_is_fixed(client: httpx.AsyncClient, org: Org):
    id, other = await assistant(client, org, HELLO), await assistant(client, org, HELLO)
    opened = await session(client, org, assistantId=id)

    same = await send(client, org, "hello", sessionId=opened["id"], assistantId=id)
    answers = [
        await send(client, org, "hello", sessionId=opened["id"], assistantId=other),
        await send(client, org, "hello", sessionId=opened["id"], assistant=HELLO),
    ]

    assert same.status_code == 201
    assert {answer.json()["code"] for answer in answers} == {"session_assistant_fixed"}


async def test_a_squads_member_keeps_the_session(client: httpx.AsyncClient, org: Org):
    front = scripted({"match": "bill", "tool": {"name": "handoff_to_Billing", "arguments": {}}}, name="Front")
    billing = scripted(says("bill", "30 yuan."), says("thanks", "Bye from Billing."), name="Billing")
    to = [{"type": "assistant", "assistantName": "Billing"}]
    members = [{"assistant": front, "assistantDestinations": to}, {"assistant": billing}]
    opened = await session(client, org, squad={"members": members})
    await chat(client, org, "my bill", sessionId=opened["id"])

    assert line(await chat(client, org, "thanks", sessionId=opened["id"])) == "Bye from Billing."


async def test_sessions_are_listed_with_their_messages_by_page_and_filter(
    client: httpx.AsyncClient, org: Org
):
    id = await assistant(client, org, HELLO)
    first = await session(client, org, assistantId=id, name="first")
    second = await session(client, org, assistant=HELLO)
    await chat(client, org, "hello", sessionId=first["id"])

    async def page(query: str) -> list[dict[str, Any]]:
        found = await client.get(f"/v1/sessions?{query}", headers=org.headers)
        return list(found.json()["results"])

    assert [one["id"] for one in await page("")] == [second["id"], first["id"]]
    [named] = await page("name=first")
    assert [m["content"] for m in named["messages"]] == ["hello", "Good day."]
    assert [one["id"] for one in await page(f"assistantId={id}")] == [first["id"]]
    assert [one["id"] for one in await page("limit=1&page=2")] == [first["id"]]


async def test_a_deleted_session_takes_its_chats_along(client: httpx.AsyncClient, org: Org):
    opened = await session(client, org, assistant=HELLO)
    made = await chat(client, org, "hello", sessionId=opened["id"])

    gone = await client.delete(f"/v1/sessions/{opened['id']}", headers=org.headers)
    after = await client.get(f"/v1/chats/{made['id']}", headers=org.headers)

    assert (gone.status_code, gone.json()["id"]) == (200, opened["id"])
    assert after.status_code == 404


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "assistantId should be given"),
        ({"assistant": HELLO, "expirationSeconds": 59}, "expirationSeconds"),
        ({"assistant": HELLO, "status": "open"}, "status"),
        ({"assistant": HELLO, "customerId": "c"}, "customerId is not available"),
        ({"assistant": HELLO, "messages": [{"role": "user"}]}, "messages.0.content is required"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(
    client: httpx.AsyncClient, org: Org, body: dict[str, Any], told: str
):
    answer = await client.post("/v1/sessions", json=body, headers=org.headers)

    assert answer.status_code == 400, answer.text
    assert told in " ".join(answer.json()["message"]).replace(": ", " ")


async def test_an_unknown_assistant_is_not_there(client: httpx.AsyncClient, org: Org):
    answer = await client.post("/v1/sessions", json={"assistantId": "none"}, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "assistant_not_found")
