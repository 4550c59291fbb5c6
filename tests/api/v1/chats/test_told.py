"""Chats and sessions are told of to the assistant's server, and a database that restarts loses none."""

import json
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, text

from api.db.tx import transaction
from api.http.caller import Caller
from api.v1.chats.books import Books
from api.v1.chats.prepare import Intake
from api.v1.chats.schemas import CreateChat
from api.v1.chats.wish import of_chat
from api.v1.text.run import Outcome
from tests.api.v1.chats.talking import chat, real, says, scripted, session
from tests.api.world import Org, SetClock
from tests.emulators.openai import OpenAiEmulator
from tests.emulators.openai.wire import Exchange
from voice_engine.providers.base import Usage

KINDS = ["chat.created", "chat.deleted", "session.created", "session.updated", "session.deleted"]
SERVER = {"url": "https://example.com/hook"}


def told(engine: Engine, org: Org) -> list[dict[str, Any]]:
    with transaction(engine, org.id) as db:
        rows = db.connection().execute(text("SELECT body FROM webhook_deliveries ORDER BY created_at, id"))
        return [json.loads(body)["message"] for (body,) in rows]


async def test_the_server_that_asked_is_told_in_order(client: httpx.AsyncClient, org: Org, engine: Engine):
    listening = scripted(says("hi", "Hello."), server=SERVER, serverMessages=KINDS)
    opened = await session(client, org, assistant=listening)
    await client.patch(f"/v1/sessions/{opened['id']}", json={"name": "n"}, headers=org.headers)
    made = await chat(client, org, "hi", sessionId=opened["id"])

    messages = told(engine, org)

    assert [m["type"] for m in messages] == ["session.created", "session.updated", "chat.created"]
    assert messages[0]["session"] == opened
    assert messages[2]["chat"] == made


async def test_what_is_deleted_is_told_of_without_its_words(
    client: httpx.AsyncClient, org: Org, engine: Engine
):
    made = await chat(client, org, "hi", assistant=scripted(server=SERVER, serverMessages=KINDS))

    await client.delete(f"/v1/chats/{made['id']}", headers=org.headers)

    [last] = told(engine, org)
    assert (last["type"], last["chat"]["id"]) == ("chat.deleted", made["id"])
    assert {"messages", "input", "output"}.isdisjoint(last["chat"])


async def test_a_server_that_did_not_ask_hears_nothing(client: httpx.AsyncClient, org: Org, engine: Engine):
    await chat(client, org, "hi", assistant=scripted(server=SERVER))

    assert told(engine, org) == []


async def test_a_database_that_drops_everybody_in_mid_chat_loses_nothing_and_counts_nothing_twice(
    client: httpx.AsyncClient, org: Org, engine: Engine, owner: Engine, vendor: OpenAiEmulator
):
    async def dropping(exchange: Exchange) -> None:
        with owner.connect() as connection:
            connection.execute(text(_DROP))
        await vendor.answer(exchange)

    opened = await session(client, org, assistant=real(vendor))
    vendor.always = dropping

    made = await chat(client, org, "hi", sessionId=opened["id"])

    after = (await client.get(f"/v1/sessions/{opened['id']}", headers=org.headers)).json()
    usage = (await client.get(f"/v1/usage?callId={made['id']}", headers=org.headers)).json()
    assert [m["content"] for m in after["messages"]] == ["hi", "You said: hi"]
    assert len(usage) == 1
    assert after["costs"] == made["costs"]


async def test_what_is_kept_twice_is_kept_once(
    client: httpx.AsyncClient, org: Org, engine: Engine, vendor: OpenAiEmulator, app: FastAPI, clock: SetClock
):
    """The connection may break after a commit, so that nobody knows whether it was one."""
    settings = app.state.text_models.settings
    root = Caller(org.id, "private", "test", frozenset({"*"}))
    wish = of_chat(CreateChat.model_validate({"input": "hi", "assistant": real(vendor)}))
    prepared = Intake(engine, org.id, clock, settings).prepare(wish, root)
    outcome = Outcome(prepared.squad.entry, texts=["Yes."])
    outcome.meter(prepared.squad.entry, Usage({"promptTokens": 7}))
    books = Books(engine, org.id, clock)

    first, second = books.keep(prepared, outcome, 5), books.keep(prepared, outcome, 5)
    books.give_up(prepared, outcome)

    usage = (await client.get(f"/v1/usage?callId={first['id']}", headers=org.headers)).json()
    assert first == second
    assert len(usage) == 1


_DROP = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
