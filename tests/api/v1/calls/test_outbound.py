"""Outbound calls: stored, dialled once by a gateway, told by its events."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from redis import Redis
from sqlalchemy import Engine, text

from api.jobs.context import Jobs
from api.jobs.listen import Listen
from api.v1.calls import dialling
from api.v1.calls.ending import NO_GATEWAY, NOT_ANSWERED, TOO_LATE
from api.v1.calls.reaper import reap
from tests.api.jobs.world import work
from tests.api.v1.calls.engines import register
from tests.api.v1.calls.telephone import ASSISTANT, CUSTOMER, dial, number
from tests.api.world import Org, SetClock
from tests.emulators.gateway import GatewayEmulator
from voice_engine.kernel.clock import iso
from voice_engine.kernel.sealed import unseal
from voice_engine.spec import SessionSpec

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def engine_process(redis: Redis) -> None:
    register(redis)


@pytest.fixture
def gateway(redis: Redis) -> GatewayEmulator:
    return GatewayEmulator(redis).register()


@pytest.fixture
async def number_id(client: httpx.AsyncClient, org: Org) -> str:
    return str((await number(client, org))["id"])


async def read(client: httpx.AsyncClient, org: Org, id: str) -> Json:
    found: Json = (await client.get(f"/v1/calls/{id}", headers=org.headers)).json()
    return found


async def test_a_call_is_stored_then_ordered_from_the_gateway(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, redis: Redis, gateway: GatewayEmulator, number_id: str
):
    made = await dial(client, org, number_id, transport={"provider": "vapi.sip", "dialTimeout": 20})
    before = gateway.orders()
    work(jobs, org.id)

    (order,) = gateway.orders()
    call = made.json()
    assert (made.status_code, before) == (201, [])
    assert (call["type"], call["status"]) == ("outboundPhoneCall", "queued")
    assert (call["customer"]["number"], call["phoneNumberId"]) == ("+8613800138000", number_id)
    assert call["queue"] == {"position": 1, "ahead": 0}
    assert call["subscriptionLimits"] == {
        "concurrencyBlocked": False, "concurrencyLimit": 100, "remainingConcurrentCalls": 100,
    }  # fmt: skip
    assert (order["callId"], order["to"], order["dialTimeoutSeconds"]) == (
        call["id"], {"number": "+8613800138000"}, 20,
    )  # fmt: skip
    assert order["from"] == {"phoneNumberId": number_id, "number": "+861088888888"}
    assert order["media"]["url"].startswith(f"ws://127.0.0.1:8000/{call['id']}/transport?token=")
    sealed = unseal(order["trunk"]["sealed"], jobs.settings.secret_bytes, context=org.id)
    assert "hush-hush" in sealed
    assert "hush" not in str(order)
    spec = SessionSpec.model_validate_json(redis.get(redis.keys("yingda:session:*")[0]))
    assert (spec.call_id, spec.assistant.first_message) == (call["id"], "Hello Li")


async def test_a_call_is_ordered_once_however_often_its_task_runs(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, gateway: GatewayEmulator, number_id: str
):
    id = (await dial(client, org, number_id)).json()["id"]
    for _ in range(3):
        dialling.dial(jobs, org.id, callId=id)

    assert [order["callId"] for order in gateway.orders()] == [id]


async def test_an_order_lost_between_commit_and_gateway_is_given_by_the_next_worker(
    client: httpx.AsyncClient,
    org: Org,
    jobs: Jobs,
    gateway: GatewayEmulator,
    number_id: str,
    monkeypatch: pytest.MonkeyPatch,
):
    id = (await dial(client, org, number_id)).json()["id"]
    with monkeypatch.context() as killed:
        killed.setattr(dialling, "_hand_over", lambda *_: None)
        dialling.advance(jobs, org.id)
    nothing = gateway.orders()
    dialling.dial(jobs, org.id, callId=id)

    assert nothing == []
    assert [order["callId"] for order in gateway.orders()] == [id]


async def test_without_a_gateway_the_call_ends_at_once_and_says_what_to_do(
    client: httpx.AsyncClient, org: Org, number_id: str
):
    call = (await dial(client, org, number_id)).json()

    assert (call["status"], call["endedReason"]) == ("ended", NO_GATEWAY)
    assert call["endedMessage"].startswith("The telephone is not configured: no gateway is registered")


async def test_the_gateways_events_are_the_calls_status(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, gateway: GatewayEmulator, number_id: str
):
    id = (await dial(client, org, number_id)).json()["id"]
    work(jobs, org.id)
    (order,) = gateway.orders()
    listen = Listen(jobs, "me")
    gateway.tell(order, "ringing")
    listen.step(1)
    rings = await read(client, org, id)
    gateway.tell(order, "failed", endedReason="customer-busy", endedMessage="486 Busy Here", providerId="x1")
    listen.step(1)
    gateway.tell(order, "ringing")
    listen.step(1)

    ended = await read(client, org, id)
    assert (rings["status"], "websocketCallUrl" in rings["transport"]) == ("ringing", False)
    assert (ended["status"], ended["endedReason"]) == ("ended", "customer-busy")
    assert (ended["endedMessage"], ended["phoneCallProviderId"]) == ("486 Busy Here", "x1")
    assert jobs.redis.keys("yingda:session:*") == []
    assert jobs.redis.zcard(f"yingda:lines:{org.id}") == 0


async def test_a_gateway_that_dies_over_a_call_ends_it(
    client: httpx.AsyncClient,
    org: Org,
    jobs: Jobs,
    clock: SetClock,
    gateway: GatewayEmulator,
    number_id: str,
):
    id = (await dial(client, org, number_id)).json()["id"]
    work(jobs, org.id)
    clock.advance(40)
    reap(jobs)
    patient = (await read(client, org, id))["status"]
    gateway.die()
    reap(jobs)

    call = await read(client, org, id)
    assert (patient, call["status"], call["endedReason"]) == ("queued", "ended", NOT_ANSWERED)


async def test_a_call_waits_for_a_gateway_that_is_away_for_an_hour(
    client: httpx.AsyncClient,
    org: Org,
    jobs: Jobs,
    clock: SetClock,
    gateway: GatewayEmulator,
    number_id: str,
):
    id = (await dial(client, org, number_id)).json()["id"]
    gateway.die()
    work(jobs, org.id)
    clock.advance(3590)
    reap(jobs)
    dialling.start(jobs)
    waiting = (await read(client, org, id))["status"]
    clock.advance(20)
    dialling.start(jobs)

    call = await read(client, org, id)
    assert (waiting, call["status"], call["endedReason"]) == ("queued", "ended", TOO_LATE)


async def test_an_assistant_that_was_deleted_meanwhile_is_named(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, gateway: GatewayEmulator, number_id: str
):
    stored = (await client.post("/v1/assistants", json=ASSISTANT, headers=org.headers)).json()["id"]
    id = (await dial(client, org, number_id, assistant=None, assistantId=stored)).json()["id"]
    await client.delete(f"/v1/assistants/{stored}", headers=org.headers)
    work(jobs, org.id)

    call = await read(client, org, id)
    assert (call["status"], call["endedReason"]) == ("ended", "assistant-not-found")
    assert gateway.orders() == []
    assert jobs.redis.zcard(f"yingda:lines:{org.id}") == 0


async def test_the_assistants_server_is_told_of_every_status(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, gateway: GatewayEmulator, number_id: str, owner: Engine
):
    assistant = {**ASSISTANT, "server": {"url": "https://a.example.com/hook"}}
    await dial(client, org, number_id, assistant=assistant)
    work(jobs, org.id)
    (order,) = gateway.orders()
    listen = Listen(jobs, "me")
    gateway.tell(order, "ringing")
    listen.step(1)
    gateway.tell(order, "failed", endedReason="customer-busy")
    listen.step(1)

    with owner.begin() as connection:
        connection.execute(text("SET LOCAL app.trusted = 'on'"))
        statement = "SELECT (body::jsonb -> 'message' ->> 'status') FROM webhook_deliveries ORDER BY position"
        told = [status for (status,) in connection.execute(text(statement)) if status]
    assert told == ["queued", "ringing", "ended"]


# ── schedules ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_scheduled_call_is_dialled_in_its_time_and_once(
    client: httpx.AsyncClient,
    org: Org,
    jobs: Jobs,
    clock: SetClock,
    gateway: GatewayEmulator,
    number_id: str,
):
    plan = {"earliestAt": iso(clock.wall() + timedelta(hours=2))}
    call = (await dial(client, org, number_id, schedulePlan=plan)).json()
    work(jobs, org.id)
    clock.advance(7199)
    dialling.start(jobs)
    early = gateway.orders()
    clock.advance(2)
    register(jobs.redis)
    for _ in range(2):
        dialling.start(jobs)
        work(jobs, org.id)

    assert (call["status"], call["schedulePlan"], early) == ("scheduled", plan, [])
    assert [order["callId"] for order in gateway.orders()] == [call["id"]]


async def test_a_call_is_not_dialled_after_its_latest_time(
    client: httpx.AsyncClient,
    org: Org,
    jobs: Jobs,
    clock: SetClock,
    gateway: GatewayEmulator,
    number_id: str,
):
    now = clock.wall()
    plan = {"earliestAt": iso(now + timedelta(minutes=1)), "latestAt": iso(now + timedelta(minutes=2))}
    id = (await dial(client, org, number_id, schedulePlan=plan)).json()["id"]
    clock.advance(121)
    dialling.start(jobs)
    work(jobs, org.id)

    call = await read(client, org, id)
    assert (call["status"], call["endedReason"], gateway.orders()) == ("ended", TOO_LATE, [])


async def test_a_scheduled_call_that_is_deleted_is_never_dialled(
    client: httpx.AsyncClient,
    org: Org,
    jobs: Jobs,
    clock: SetClock,
    gateway: GatewayEmulator,
    number_id: str,
):
    plan = {"earliestAt": iso(clock.wall() + timedelta(minutes=1))}
    id = (await dial(client, org, number_id, schedulePlan=plan)).json()["id"]
    deleted = await client.delete(f"/v1/calls/{id}", headers=org.headers)
    clock.advance(100)
    dialling.start(jobs)
    work(jobs, org.id)

    assert deleted.json()["endedReason"] == "scheduled-call-deleted"
    assert gateway.orders() == []


async def test_deleting_a_ringing_call_tells_its_gateway(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, gateway: GatewayEmulator, number_id: str
):
    id = (await dial(client, org, number_id)).json()["id"]
    work(jobs, org.id)
    (order,) = gateway.orders()
    deleted = await client.delete(f"/v1/calls/{id}", headers=org.headers)

    assert (deleted.status_code, deleted.json()["endedReason"]) == (200, "manually-canceled")
    assert gateway.orders() == [{"type": "cancel", "callId": id}]
    assert gateway.may_dial(order, order["expiresAtMs"] - 1) is False
    assert jobs.redis.zcard(f"yingda:lines:{org.id}") == 0


async def test_calls_are_erased_together_or_not_at_all(
    client: httpx.AsyncClient, org: Org, gateway: GatewayEmulator, number_id: str
):
    first, second = [(await dial(client, org, number_id, name=n)).json()["id"] for n in "ab"]

    async def erase(*ids: str) -> int:
        url = f"/v1/calls/{first}"
        return (await client.request("DELETE", url, json={"ids": ids}, headers=org.headers)).status_code

    refused = await erase(second, "no-such")
    left = len((await client.get("/v1/calls", headers=org.headers)).json())
    done = await erase(first, second, second)

    assert (refused, left, done) == (404, 2, 200)
    assert (await client.get("/v1/calls", headers=org.headers)).json() == []


# ── whom ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_customer_of_a_batch_is_a_call_with_overrides_of_their_own(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, redis: Redis, gateway: GatewayEmulator, number_id: str
):
    overrides = {"variableValues": {"city": "Wuhan", "shop": "A"}, "maxDurationSeconds": 60}
    customers = [
        {"number": "13800138001", "name": "Li"},
        {"number": "12345"},
        {"number": "13800138002", "assistantOverrides": {"variableValues": {"city": "Xi'an"}}},
        {"number": "95588", "numberE164CheckEnabled": False},
    ]
    assistant = {**ASSISTANT, "firstMessage": "{{ city }} {{ shop }}"}
    answer = await dial(
        client, org, number_id, assistant=assistant, customer=None, customers=customers,
        assistantOverrides=overrides,
    )  # fmt: skip
    work(jobs, org.id)

    batch = answer.json()
    assert answer.status_code == 201
    assert [error["customer"] for error in batch["errors"]] == [{"number": "12345"}]
    assert batch["errors"][0]["error"].startswith("customers.1.number: should be a telephone number")
    assert batch["subscriptionLimits"]["concurrencyLimit"] == 100
    numbers = [order["to"]["number"] for order in gateway.orders()]
    assert numbers == ["+8613800138001", "+8613800138002", "95588"]
    specs = [SessionSpec.model_validate_json(redis.get(key)) for key in redis.keys("yingda:session:*")]
    assert {spec.assistant.first_message for spec in specs} == {"Wuhan A", "Xi'an A"}
    assert {spec.assistant.max_duration_s for spec in specs} == {60}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"customer": {"number": "12345"}}, "customer.number: should be a telephone number"),
        ({"customer": {"name": "Li"}}, "customer.number: should be given, or a sipUri"),
        ({"customer": None}, "customer should be given: whom should phoneNumberId call?"),
        ({"customers": [CUSTOMER]}, "customers should not be given beside customer"),
        ({"transport": {"provider": "vapi.websocket"}}, "transport should not be vapi.websocket for a call"),
        ({"schedulePlan": {"earliestAt": "2027-01-02T00:00:00Z", "latestAt": "2027-01-01T00:00:00Z"}},
         "schedulePlan.latestAt should not be before earliestAt"),
        ({"transport": {"provider": "vapi.sip", "dialTimeout": 601}}, "transport.dialTimeout"),
        ({"customer": {"sipUri": "tel:1"}}, "customer.sipUri"),
    ],
)  # fmt: skip
async def test_who_cannot_be_called_is_told_by_the_field(
    client: httpx.AsyncClient, org: Org, number_id: str, fields: Json, message: str
):
    answer = await dial(client, org, number_id, **fields)

    said = answer.json()["message"]
    assert answer.status_code == 400
    assert (said if isinstance(said, str) else said[0]).startswith(message), answer.text


async def test_a_foreign_phone_number_does_not_exist(
    client: httpx.AsyncClient, org: Org, other_org: Org, number_id: str
):
    answer = await dial(client, other_org, number_id)

    assert (answer.status_code, answer.json()["code"]) == (404, "phone_number_not_found")


# ── the same request again ───────────────────────────────────────────────────────────────────────────


async def test_a_post_that_arrives_three_times_dials_once(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, gateway: GatewayEmulator, number_id: str
):
    answers = [await dial(client, org, number_id) for _ in range(3)]
    work(jobs, org.id)

    assert len({answer.content for answer in answers}) == 1
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None, "true", "true"]
    assert len(gateway.orders()) == 1


async def test_the_same_call_later_or_by_two_keys_is_meant(
    client: httpx.AsyncClient, org: Org, clock: SetClock, gateway: GatewayEmulator, number_id: str
):
    first = (await dial(client, org, number_id)).json()["id"]
    clock.advance(21)
    later = (await dial(client, org, number_id)).json()["id"]
    keyed = [(await dial(client, org, number_id, key)).json()["id"] for key in ("a", "b", "a")]

    assert len({first, later, *keyed}) == 4
    assert keyed[0] == keyed[2]


async def test_what_was_refused_may_be_tried_again_at_once(
    client: httpx.AsyncClient, org: Org, owner: Engine, number_id: str, redis: Redis
):
    body = {"customer": {"number": "12345"}}
    codes = [(await dial(client, org, number_id, **body)).status_code for _ in range(2)]

    with owner.begin() as connection:
        connection.execute(text("SET LOCAL app.trusted = 'on'"))
        kept = connection.execute(text("SELECT count(*) FROM idempotency_keys")).scalar_one()
    assert (codes, kept) == ([400, 400], 0)
