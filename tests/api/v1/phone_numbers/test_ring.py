"""Inbound calls, played in: routed like those of the telephone network."""

from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from redis import Redis
from sqlalchemy import Engine, text

from api.v1.phone_numbers.routing import FAILED, NOBODY
from tests.api.v1.calls.engines import register
from tests.api.v1.calls.telephone import ASSISTANT, number
from tests.api.world import Org
from tests.emulators.target import LOOPBACK, Target, reply
from voice_engine.spec import SessionSpec

Json = dict[str, Any]
ELSEWHERE = {"type": "number", "number": "+8657188880000"}


@pytest.fixture(autouse=True)
def engine_process(redis: Redis) -> None:
    register(redis)


@pytest.fixture
def loopback(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Servers on this machine may be asked."""
    settings = app.state.wiring.settings.model_copy(update={"allowed_targets": LOOPBACK})
    monkeypatch.setattr(app.state.wiring, "settings", settings)
    app.state._state.pop("call_parts", None)
    yield
    app.state._state.pop("call_parts", None)


async def ring(client: httpx.AsyncClient, org: Org, number_id: str, **body: Any) -> httpx.Response:
    return await client.post(f"/v1/phone-numbers/{number_id}/ring", json=body, headers=org.headers)


async def stored(client: httpx.AsyncClient, org: Org, **fields: Any) -> str:
    answer = await client.post("/v1/assistants", json={**ASSISTANT, **fields}, headers=org.headers)
    return str(answer.json()["id"])


async def test_the_numbers_assistant_takes_the_call_and_knows_who_calls(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    greeting = "Hello {{ customer.number }} on {{ phoneNumber.number }}"
    assistant = await stored(client, org, firstMessage=greeting)
    line = await number(client, org, assistantId=assistant)
    answer = await ring(client, org, line["id"], number="13800138000")

    call = answer.json()
    assert answer.status_code == 201, answer.text
    assert (call["type"], call["status"], call["assistantId"]) == ("inboundPhoneCall", "queued", assistant)
    assert (call["phoneNumberId"], call["customer"]) == (line["id"], {"number": "+8613800138000"})
    assert call["transport"]["websocketCallUrl"]
    spec = SessionSpec.model_validate_json(redis.get(redis.keys("yingda:session:*")[0]))
    assert spec.assistant.first_message == "Hello +8613800138000 on +861088888888"


async def test_the_numbers_server_names_the_assistant(
    client: httpx.AsyncClient, org: Org, loopback: None, redis: Redis
):
    chosen = {"assistant": {**ASSISTANT, "firstMessage": "Chosen for {{ name }}"}}
    answer = orjson.dumps({**chosen, "assistantOverrides": {"variableValues": {"name": "you"}}})
    with Target(reply(200, answer)) as server:
        line = await number(client, org, server={"url": server.url})
        call = (await ring(client, org, line["id"], number="13800138000")).json()

    asked = orjson.loads(server.seen[0].body)["message"]
    spec = SessionSpec.model_validate_json(redis.get(redis.keys("yingda:session:*")[0]))
    assert (asked["type"], asked["call"]["id"]) == ("assistant-request", call["id"])
    assert asked["phoneNumber"]["number"] == "+861088888888"
    assert asked["customer"] == {"number": "+8613800138000"}
    assert (call["status"], spec.assistant.first_message) == ("queued", "Chosen for you")


async def test_a_server_that_fails_sends_the_call_to_the_fallback(
    client: httpx.AsyncClient, org: Org, loopback: None
):
    with Target(reply(500)) as server:
        line = await number(client, org, server={"url": server.url}, fallbackDestination=ELSEWHERE)
        call = (await ring(client, org, line["id"])).json()

    assert (call["status"], call["endedReason"], call["destination"]) == ("ended", FAILED, ELSEWHERE)


async def test_a_server_may_send_the_call_elsewhere(client: httpx.AsyncClient, org: Org, loopback: None):
    with Target(reply(200, orjson.dumps({"destination": ELSEWHERE}))) as server:
        line = await number(client, org, server={"url": server.url})
        call = (await ring(client, org, line["id"])).json()

    assert call["endedReason"] == "assistant-request-returned-forwarding-phone-number"
    assert call["destination"] == ELSEWHERE


async def test_a_server_that_names_an_assistant_of_nobodys(
    client: httpx.AsyncClient, org: Org, other_org: Org, loopback: None
):
    theirs = await stored(client, other_org)
    with Target(reply(200, orjson.dumps({"assistantId": theirs}))) as server:
        line = await number(client, org, server={"url": server.url})
        call = (await ring(client, org, line["id"])).json()

    assert (call["status"], call["endedReason"]) == (
        "ended", "assistant-request-returned-invalid-assistant",
    )  # fmt: skip


async def test_a_number_without_anybody_refuses_and_says_so(client: httpx.AsyncClient, org: Org):
    line = await number(client, org)
    call = (await ring(client, org, line["id"])).json()
    read = (await client.get(f"/v1/calls/{call['id']}", headers=org.headers)).json()

    assert (call["status"], call["endedReason"]) == ("ended", NOBODY)
    assert call["endedMessage"].startswith("This phone number has no assistant")
    assert read["endedReason"] == NOBODY


async def test_an_assistant_that_is_gone_is_a_call_that_ended(
    client: httpx.AsyncClient, org: Org, owner: Engine
):
    assistant = await stored(client, org)
    line = await number(client, org, assistantId=assistant, fallbackDestination=ELSEWHERE)
    with owner.begin() as connection:  # the API would refuse it
        connection.execute(text("DELETE FROM assistants WHERE id = :id"), {"id": assistant})
    answer = await ring(client, org, line["id"])

    assert (answer.json().get("endedReason"), answer.json().get("destination")) == (
        "assistant-not-found", ELSEWHERE,
    )  # fmt: skip


async def test_the_same_key_rings_once(client: httpx.AsyncClient, org: Org):
    line = await number(client, org)
    url, headers = f"/v1/phone-numbers/{line['id']}/ring", {**org.headers, "Idempotency-Key": "one"}
    answers = [await client.post(url, json={}, headers=headers) for _ in range(2)]

    assert answers[0].json() == answers[1].json()


async def test_a_public_key_rings_nobody(client: httpx.AsyncClient, org: Org):
    line = await number(client, org)
    answer = await client.post(f"/v1/phone-numbers/{line['id']}/ring", json={}, headers=org.public_headers)

    assert answer.status_code == 401
