"""A limit counts per window, and lets nobody through without Redis."""

from datetime import UTC, datetime, timedelta

import pytest
import redis as redis_client
from redis import Redis

from api.http.ratelimit import limit
from voice_engine.kernel.errors import TooManyRequests, Unavailable

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_limit_holds_until_the_window_ends(redis: Redis):
    def knock(at: float) -> None:
        limit(redis, "door", most=2, seconds=10, now=NOON + timedelta(seconds=at))

    knock(0)
    knock(4)
    with pytest.raises(TooManyRequests) as caught:
        knock(7)
    knock(10)

    assert caught.value.retry_after == 3


def test_others_are_counted_apart_and_nothing_stays(redis: Redis):
    limit(redis, "a", most=1, seconds=10, now=NOON)
    limit(redis, "b", most=1, seconds=10, now=NOON)

    assert {redis.ttl(key) for key in redis.keys("yingda:limit:*")} <= {10, 11}


def test_without_redis_nobody_may():
    away = redis_client.Redis.from_url("redis://127.0.0.1:1")

    with pytest.raises(Unavailable):
        limit(away, "door", most=1, seconds=10, now=NOON)
