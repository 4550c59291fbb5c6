"""How many calls of one key may wait for their clients."""

from typing import Any

import httpx
import pytest
from redis import Redis

from tests.api.v1.calls.engines import register
from tests.api.world import Org, SetClock

BODY = {"assistant": {"model": {"provider": "scripted", "rules": []}}}


@pytest.fixture(autouse=True)
def engine_process(redis: Redis) -> None:
    register(redis, slots=1000)


async def start(client: httpx.AsyncClient, headers: dict[str, str], times: int = 1) -> list[httpx.Response]:
    return [await client.post("/v1/calls/web", json=BODY, headers=headers) for _ in range(times)]


def codes(answers: list[httpx.Response]) -> list[Any]:
    return [answer.json().get("code", answer.status_code) for answer in answers]


async def test_the_eleventh_waiting_call_of_a_public_key_is_refused(client: httpx.AsyncClient, org: Org):
    answers = await start(client, org.public_headers, 11)

    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert codes(answers)[-1] == "too_many_unconnected_calls"
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert len((await client.get("/v1/calls", headers=org.headers)).json()) == 10


async def test_other_keys_and_private_keys_go_on(client: httpx.AsyncClient, org: Org):
    made = await client.post("/v1/api-keys", json={"kind": "public"}, headers=org.headers)
    other = {"Authorization": f"Bearer {made.json()['value']}"}
    await start(client, org.public_headers, 11)

    answers = [*await start(client, other), *await start(client, org.headers, 11)]

    assert {answer.status_code for answer in answers} == {201}


async def test_a_private_key_may_have_a_hundred(
    client: httpx.AsyncClient, org: Org, redis: Redis, clock: SetClock
):
    await start(client, org.headers)
    (room,) = redis.keys("yingda:waiting:*")
    for number in range(98):
        redis.zadd(room, {f"session-{number}": clock.wall().timestamp()})
        redis.set(f"yingda:session:session-{number}", "{}")

    answers = await start(client, org.headers, 2)

    assert codes(answers) == [201, "too_many_unconnected_calls"]


async def test_a_call_that_was_connected_or_deleted_makes_room(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    first, *_ = await start(client, org.public_headers, 10)
    redis.getdel(redis.keys("yingda:session:*")[0])  # as an engine takes it

    after_connecting = await start(client, org.public_headers, 2)
    remaining = (await client.get("/v1/calls", headers=org.headers)).json()[0]["id"]
    await client.delete(f"/v1/calls/{remaining}", headers=org.headers)
    after_deleting = await start(client, org.public_headers, 2)

    assert first.status_code == 201
    assert [answer.status_code for answer in after_connecting] == [201, 429]
    assert [answer.status_code for answer in after_deleting] == [201, 429]


async def test_a_call_whose_client_never_came_makes_room(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    await start(client, org.public_headers, 10)
    clock.advance(601)

    (answer,) = await start(client, org.public_headers)

    assert answer.status_code == 201
