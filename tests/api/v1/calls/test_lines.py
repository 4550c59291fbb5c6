"""How many calls an organisation has at once: never more than its limit, and the rest wait in sight."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from redis import Redis

from api.jobs.context import Jobs
from api.jobs.listen import Listen
from api.v1.calls import dialling
from api.v1.calls.lines import Lines
from tests.api.jobs.world import work
from tests.api.v1.calls.engines import register
from tests.api.v1.calls.telephone import ASSISTANT, dial, number
from tests.api.world import Org, SetClock
from tests.emulators.gateway import GatewayEmulator

LIMIT = 3


@pytest.fixture(autouse=True)
def engine_process(redis: Redis) -> None:
    register(redis, slots=1000)


@pytest.fixture
async def limited(client: httpx.AsyncClient, org: Org) -> Org:
    """An organisation that allows itself three calls at once."""
    answer = await client.patch(
        "/v1/organizations/current", json={"concurrencyLimit": LIMIT}, headers=org.headers
    )
    assert answer.status_code == 200, answer.text
    return org


async def talk(client: httpx.AsyncClient, org: Org) -> httpx.Response:
    return await client.post("/v1/calls", json={"assistant": ASSISTANT}, headers=org.headers)


async def test_the_limit_is_told_with_every_call_and_the_next_is_refused(
    client: httpx.AsyncClient, limited: Org
):
    answers = [await talk(client, limited) for _ in range(LIMIT + 1)]

    left = [a.json()["subscriptionLimits"]["remainingConcurrentCalls"] for a in answers[:LIMIT]]
    assert left == [2, 1, 0]
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "concurrency_limit_reached")
    assert int(answers[-1].headers["Retry-After"]) >= 1


async def test_a_call_that_is_deleted_gives_its_line_back(client: httpx.AsyncClient, limited: Org):
    made = [(await talk(client, limited)).json() for _ in range(LIMIT)]
    await client.delete(f"/v1/calls/{made[0]['id']}", headers=limited.headers)

    assert (await talk(client, limited)).status_code == 201


async def test_another_organisation_has_lines_of_its_own(
    client: httpx.AsyncClient, limited: Org, other_org: Org
):
    for _ in range(LIMIT):
        await talk(client, limited)

    assert (await talk(client, other_org)).status_code == 201


def test_posts_at_the_same_moment_do_not_share_the_last_line(redis: Redis, org: Org, clock: SetClock):
    now = clock.wall().timestamp()

    def take(number: int) -> bool:
        return Lines(redis).take(org.id, f"call-{number}", 10, now).taken

    with ThreadPoolExecutor(16) as threads:
        taken = list(threads.map(take, range(200)))

    assert sum(taken) == 10
    assert Lines(redis).used(org.id, now) == 10


async def test_outbound_calls_beyond_the_limit_wait_and_see_their_place(
    client: httpx.AsyncClient, limited: Org, jobs: Jobs, redis: Redis
):
    gateway = GatewayEmulator(redis).register()
    number_id = (await number(client, limited))["id"]
    ids = [
        (await dial(client, limited, number_id, name=str(place))).json()["id"] for place in range(LIMIT + 2)
    ]
    work(jobs, limited.id)
    orders = gateway.orders()

    async def places() -> list[Any]:
        calls = [(await client.get(f"/v1/calls/{id}", headers=limited.headers)).json() for id in ids]
        return [call.get("queue", {}).get("position") for call in calls]

    before = await places()
    gateway.tell(orders[0], "failed", endedReason="customer-did-not-answer")
    Listen(jobs, "me").step(1)
    dialling.start(jobs)

    assert [order["callId"] for order in orders] == ids[:LIMIT]
    assert before == [None] * LIMIT + [1, 2]
    assert await places() == [None] * (LIMIT + 1) + [1]
    assert [order["callId"] for order in gateway.orders()] == [ids[LIMIT]]


async def test_many_workers_do_not_dial_beyond_the_limit(
    client: httpx.AsyncClient, limited: Org, jobs: Jobs, redis: Redis
):
    gateway = GatewayEmulator(redis, lines=100).register()
    number_id = (await number(client, limited))["id"]
    customers = [{"number": f"1380013{n:04}"} for n in range(12)]
    await dial(client, limited, number_id, customer=None, customers=customers)
    with ThreadPoolExecutor(6) as threads:
        dialled = list(threads.map(lambda _: dialling.advance(jobs, limited.id), range(6)))

    orders = [order["callId"] for order in gateway.orders()]
    assert sum(dialled) == len(orders) == len(set(orders)) == LIMIT


async def test_lines_are_put_right_by_the_rows(
    client: httpx.AsyncClient, limited: Org, jobs: Jobs, redis: Redis, clock: SetClock, app: FastAPI
):
    call = (await talk(client, limited)).json()
    lines, now = Lines(redis), clock.wall().timestamp()
    lines.take(limited.id, "never-stored", LIMIT, now)
    lines.release(limited.id, call["id"])
    dialling.settle_lines(jobs)
    young = set(lines.held(limited.id))
    clock.advance(61)
    dialling.settle_lines(jobs)

    redis.delete(f"yingda:lines:{limited.id}")
    lost = lines.held(limited.id)
    dialling.settle_lines(jobs)

    assert young == {"never-stored", call["id"]}
    assert lost == {}
    assert set(lines.held(limited.id)) == {call["id"]}
