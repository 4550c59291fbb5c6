"""Hands the process's counts of vendors over to Redis: a hash per organisation and hour, kept eight days."""

import asyncio
import time
from collections import Counter

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from voice_engine.providers.pool.book import Book

EVERY_S = 5.0
DEADLINE_S = 3.0
KEPT_S = 8 * 86400
HOUR_S = 3600
MOST = 2000  # names of an organisation in an hour; what would be more is not counted

log = structlog.get_logger()


def key(org_id: str, hour: int) -> str:
    """Where the counts of one hour (of Unix time) are."""
    return f"yingda:vendors:{org_id}:{hour}"


class Bookkeeper:
    """One process's. Nobody who serves a caller waits for it; without Redis the counts wait."""

    def __init__(self, redis: Redis, book: Book) -> None:
        self._redis, self._book = redis, book
        self._waiting: dict[str, Counter[str]] = {}

    async def run(self) -> None:
        """Until cancelled; hands over once more then, if it can."""
        task = asyncio.current_task()
        assert task is not None
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                async with asyncio.timeout(DEADLINE_S):
                    await self.hand_over(time.time())
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("vendors_not_counted", error=str(error))
            if task.cancelling():  # redis-py swallows a cancellation or makes an error of its own of it
                raise asyncio.CancelledError

    async def hand_over(self, now: float) -> None:
        """Add what was counted to the hour of `now` (Unix time). What Redis does not take waits."""
        for org_id, counts in self._book.hand_over().items():
            self._waiting.setdefault(org_id, Counter()).update(counts)
        for org_id in list(self._waiting):
            await self._add(key(org_id, int(now // HOUR_S)), self._waiting[org_id])
            del self._waiting[org_id]

    async def _add(self, place: str, counts: Counter[str]) -> None:
        if await self._redis.hlen(place) > MOST:
            return
        async with self._redis.pipeline(transaction=True) as pipe:
            for name, number in counts.items():
                pipe.hincrby(place, name, number)
            pipe.expire(place, KEPT_S)
            await pipe.execute()
