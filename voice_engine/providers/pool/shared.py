"""What the processes of an installation tell each other about vendors through Redis, every two seconds.

Open breakers (hash `yingda:breakers`) and what limits count (`yingda:spent:<account>:<window>`). Nobody who
serves a caller waits for this; while Redis is away each process goes by what it knows itself.
"""

import asyncio
import time
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from voice_engine.providers.pool.allowance import Account, Allowances, Wall
from voice_engine.providers.pool.board import Board
from voice_engine.providers.pool.standing import Key, Standing, Standings

BREAKERS = "yingda:breakers"
SPENT = "yingda:spent"
EVERY_S = 2.0
DEADLINE_S = 2.0

log = structlog.get_logger()

Sent = list[tuple[Account, int, float]]


class Shared:
    """One process's side of it."""

    def __init__(
        self, redis: Redis, standings: Standings, allowances: Allowances, wall: Wall = time.time
    ) -> None:
        self._redis, self._standings, self._allowances = redis, standings, allowances
        self._wall, self._board = wall, Board()
        self._away = False
        standings.born = self._born

    async def run(self) -> None:
        """Until cancelled."""
        task = asyncio.current_task()
        assert task is not None
        while True:
            try:
                async with asyncio.timeout(DEADLINE_S):
                    await self.exchange()
                self._away = False
            except (RedisError, OSError, TimeoutError) as error:
                if not self._away:
                    log.warning("vendors_not_shared", error=str(error))
                self._away = True
            except Exception:  # boundary: whatever stands in Redis must not end every call
                log.exception("vendors_not_shared")
            if task.cancelling():  # redis-py swallows a cancellation or makes an error of its own of it
                raise asyncio.CancelledError
            await asyncio.sleep(EVERY_S)

    async def exchange(self) -> None:
        """Tell and hear, in one journey. Raises what Redis raises; what was to be told is told the next time,
        so that an amount may be counted twice but never lost.
        """
        wall, offset = self._wall(), self._offset()
        opened: Any
        opened, closed = self._board.outgoing(self._standings.items(), offset, wall)
        pipe = self._redis.pipeline(transaction=False)
        if opened:
            pipe.hset(BREAKERS, mapping=opened)
        if closed:
            pipe.hdel(BREAKERS, *closed)
        pipe.hgetall(BREAKERS)
        sent = self._count(pipe, wall)
        answers = await pipe.execute()
        for (account, window, amount), everywhere in zip(
            sent, answers[len(answers) - 2 * len(sent) :: 2], strict=True
        ):
            account.learn(window, amount, float(everywhere))
        notes = {name.decode(): note for name, note in answers[bool(opened) + bool(closed)].items()}
        over = self._board.learn(notes, self._standings.items(), self._offset(), self._wall())
        if over:
            await self._redis.hdel(BREAKERS, *over)

    def _count(self, pipe: Any, wall: float) -> Sent:
        sent: Sent = []
        for account in self._allowances.accounts:
            window, amount = account.unsent(wall)
            key = f"{SPENT}:{account.name}:{window}"
            pipe.incrbyfloat(key, amount)
            pipe.expire(key, int(2 * account.window_s))
            sent.append((account, window, amount))
        return sent

    def _born(self, key: Key, standing: Standing) -> None:
        self._board.tell(key, standing, self._offset(), self._wall())

    def _offset(self) -> float:
        return self._wall() - asyncio.get_running_loop().time()
