"""A key and an organisation have so many requests a minute, whichever process they ask."""

import httpx
import pytest
from fastapi import FastAPI
from redis import Redis
from sqlalchemy import Engine

from api.http.caller import Caller
from api.http.quota import Quotas
from tests.api.world import Org, SetClock
from voice_engine.kernel.errors import TooManyRequests
from voice_engine.kernel.ids import new_id

HERE = "/v1/organizations/current"


def someone(org: Org, id: str = "") -> Caller:
    return Caller(org.id, "private", id or new_id(), frozenset({"*"}))


@pytest.fixture
def quotas(app: FastAPI, redis: Redis, engine: Engine, clock: SetClock) -> Quotas:
    return Quotas(redis, engine, clock, key=60, organization=100)


async def now(work):
    return work()


async def spent(quotas: Quotas, caller: Caller, most: int = 1000) -> int:
    """How many requests pass until one is refused."""
    for number in range(most):
        try:
            await quotas.charge(caller, write=False, in_thread=now)
        except TooManyRequests:
            return number
    return most


async def test_a_minutes_requests_may_come_at_once_and_no_more(quotas: Quotas, org: Org):
    assert await spent(quotas, someone(org)) == 60


async def test_the_bucket_fills_evenly(quotas: Quotas, org: Org, clock: SetClock):
    caller = someone(org)
    await spent(quotas, caller)
    with pytest.raises(TooManyRequests) as caught:
        await quotas.charge(caller, write=False, in_thread=now)
    clock.advance(10)

    assert caught.value.retry_after == pytest.approx(1)
    assert await spent(quotas, caller) == 10


async def test_two_processes_share_one_bucket(quotas: Quotas, org: Org, redis, engine, clock):
    other = Quotas(redis, engine, clock, key=60, organization=100)
    caller = someone(org)

    for _ in range(20):
        await quotas.charge(caller, write=False, in_thread=now)

    left = await spent(other, caller)
    assert 60 - 20 - 3 <= left <= 60 - 20  # a few tokens are leased to the first


async def test_tokens_nobody_spent_go_back(quotas: Quotas, org: Org, redis, engine, clock):
    caller = someone(org)
    passed = 0
    for _ in range(31):  # the lease has grown to three, of which two are left
        await quotas.charge(caller, write=False, in_thread=now)
        passed += 1
    clock.advance(0.5)

    assert passed + await spent(quotas, caller) == 60  # half a token has come since


async def test_the_keys_of_an_organisation_share_its_bucket(quotas: Quotas, org: Org, other_org: Org):
    mine = [await spent(quotas, someone(org)) for _ in range(3)]
    theirs = await spent(quotas, someone(other_org))

    assert sum(mine) <= 100
    assert sum(mine) >= 97  # leases of a few tokens each
    assert theirs == 60


async def test_an_organisation_may_lower_its_limit(client: httpx.AsyncClient, quotas: Quotas, org: Org):
    await client.patch(HERE, headers=org.headers, json={"rateLimit": 5})

    assert await spent(quotas, someone(org)) == 5


async def test_a_busy_key_costs_redis_a_fraction_of_a_round_trip(
    org: Org, redis: Redis, engine: Engine, clock: SetClock, monkeypatch: pytest.MonkeyPatch
):
    quotas, caller, asked = Quotas(redis, engine, clock, key=6000, organization=0), someone(org), []
    take = quotas._take
    monkeypatch.setattr(quotas, "_take", lambda **given: asked.append(given) or take(**given))

    for _ in range(1000):
        await quotas.charge(caller, write=False, in_thread=now)

    assert len(asked) < 25


async def test_every_answer_says_how_many_are_left(client: httpx.AsyncClient, org: Org):
    first = await client.get(HERE, headers=org.headers)
    missing = await client.get("/v1/assistants/nothing", headers=org.headers)

    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("1200", "1199")
    assert first.headers["x-ratelimit-reset"] == "1795176001"
    assert missing.headers["x-ratelimit-remaining"] == "1198"


async def test_a_refusal_says_when_to_come_back(
    client: httpx.AsyncClient, app: FastAPI, org: Org, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(app.state.wiring.quotas, "_key", 2)
    answers = [await client.get(HERE, headers=org.headers) for _ in range(3)]

    refused = answers[-1]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert refused.json()["code"] == "rate_limited"
    assert (refused.headers["retry-after"], refused.headers["x-ratelimit-remaining"]) == ("30", "0")


async def test_zero_is_no_limit(org: Org, redis: Redis, engine: Engine, clock: SetClock):
    quotas, caller = Quotas(redis, engine, clock, key=0, organization=0), someone(org)

    assert await spent(quotas, caller) == 1000
    assert quotas.headers(caller) == []
