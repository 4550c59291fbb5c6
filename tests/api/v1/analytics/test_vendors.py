"""How vendors do, over HTTP: what engines counted, added up, for its organisation only."""

from datetime import timedelta

import httpx
import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.api.world import Org, SetClock
from voice_engine.providers.pool.book import Book
from voice_engine.providers.pool.bookkeeper import Bookkeeper


@pytest.fixture
async def keeper(app):
    redis = Redis.from_url(app.state.wiring.settings.redis_url)
    yield redis
    await redis.aclose()


def busy(org: Org) -> Book:
    """An engine's calls: two recognitions, one of which failed."""
    book = Book()
    page = book.figures(org.id, "stt", "tencent", "16k_zh")
    page.asked()
    page.waited("final", 0.2)
    page.asked()
    page.failed("rate_limit")
    return book


async def test_what_engines_counted_is_added_up(
    client: httpx.AsyncClient, org: Org, other_org: Org, clock: SetClock, keeper: Redis
):
    now = clock.wall().timestamp()
    for _ in range(2):
        await Bookkeeper(keeper, busy(org)).hand_over(now)

    mine = (await client.get("/v1/analytics/vendors", headers=org.headers)).json()
    theirs = (await client.get("/v1/analytics/vendors", headers=other_org.headers)).json()

    [seen] = mine["vendors"]
    assert (seen["component"], seen["provider"], seen["model"]) == ("transcriber", "tencent", "16k_zh")
    assert (seen["requests"], seen["failures"], seen["errorRate"]) == (4, {"rate_limit": 2}, 0.5)
    assert seen["waits"]["final"]["count"] == 2
    assert seen["waits"]["final"]["p50"] == pytest.approx(200, rel=0.05)
    assert theirs["vendors"] == []


async def test_only_the_hours_that_are_asked_for_count(
    client: httpx.AsyncClient, org: Org, clock: SetClock, keeper: Redis
):
    before = (clock.wall() - timedelta(hours=3)).timestamp()
    await Bookkeeper(keeper, busy(org)).hand_over(before)

    recent = await client.get("/v1/analytics/vendors?hours=2", headers=org.headers)
    day = await client.get("/v1/analytics/vendors", headers=org.headers)
    wrong = await client.get("/v1/analytics/vendors?hours=1000", headers=org.headers)

    assert recent.json()["vendors"] == []
    assert len(day.json()["vendors"]) == 1
    assert wrong.status_code == 400


async def test_what_redis_does_not_take_is_handed_over_later(org: Org, clock: SetClock, keeper: Redis):
    book = busy(org)
    gone = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    bookkeeper = Bookkeeper(gone, book)
    with pytest.raises(RedisError):
        await bookkeeper.hand_over(clock.wall().timestamp())
    bookkeeper._redis = keeper

    await bookkeeper.hand_over(clock.wall().timestamp())

    assert await keeper.keys(f"yingda:vendors:{org.id}:*")
    await gone.aclose()
