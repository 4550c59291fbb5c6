"""Events on their way to the Redis Stream, in order. Redis may be away as long as it likes."""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import islice

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from voice_engine.kernel.events import Event

STREAM = "yingda:events"
BATCH = 200
RETRY_S = 0.5
GATHER_S = 0.02  # a journey to Redis costs as much with twenty events as with one
DEADLINE_S = 10.0

log = structlog.get_logger()


class Shipper:
    """One queue for all sessions of a process. At least once: consumers know (session_id, seq)."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queue: deque[tuple[bytes, Callable[[], None] | None]] = deque()
        self._more = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Events that are not in the stream yet."""
        return len(self._queue)

    def ship(self, event: Event, then: Callable[[], None] | None = None) -> None:
        """Queue an event; `then` is called once it is in the stream."""
        self._queue.append((event.to_json(), then))
        self._more.set()

    async def run(self) -> None:
        """Ship until cancelled."""
        while True:
            await self._more.wait()
            await asyncio.sleep(GATHER_S)
            self._more.clear()
            while self._queue:
                await self._ship_batch()

    async def drain(self, deadline_s: float) -> bool:
        """Wait until nothing is queued; False when the deadline came first (the spool keeps the rest)."""
        try:
            async with asyncio.timeout(deadline_s):
                while self._queue:  # noqa: ASYNC110  only at shutdown
                    await asyncio.sleep(0.01)
        except TimeoutError:
            return False
        return True

    async def _ship_batch(self) -> None:
        batch = list(islice(self._queue, BATCH))
        try:
            async with asyncio.timeout(DEADLINE_S):
                pipe = self._redis.pipeline(transaction=True)
                for body, _ in batch:
                    pipe.xadd(STREAM, {"event": body})
                await pipe.execute()
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("shipping_failed", waiting=len(self._queue), error=str(error))
            await asyncio.sleep(RETRY_S)
            return
        for _, then in batch:
            self._queue.popleft()
            if then:
                try:
                    then()
                except OSError as error:
                    log.warning("spool_not_removed", error=str(error))
