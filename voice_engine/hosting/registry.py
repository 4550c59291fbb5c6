"""An engine's presence in Redis: its lease, the leases of its calls, and the commands sent to them."""

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import Any

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from voice_engine import metrics
from voice_engine.hosting.host import Host
from voice_engine.hosting.shipper import Shipper
from voice_engine.kernel.errors import NotFound, Unavailable, YingdaError
from voice_engine.session.commands import obey
from voice_engine.spec import SessionSpec

LEASE_S = 6
RENEW_S = 2.0
GATHER_S = 0.05  # calls that come together are announced together
REPLY_S = 10
POP_S = 2

log = structlog.get_logger()


class Registry:
    """What this engine tells and hears through Redis. Calls go on while Redis is away."""

    def __init__(
        self, redis: Redis, engine_id: str, facts: dict[str, Any], host: Host, shipper: Shipper
    ) -> None:
        self._redis, self._id, self._facts = redis, engine_id, facts
        self._host, self._shipper = host, shipper

    async def take_spec(self, session_id: str) -> SessionSpec:
        """The spec of a session, once; raises NotFound the second time and Unavailable without Redis."""
        try:
            async with asyncio.timeout(2):
                raw = await self._redis.getdel(f"yingda:session:{session_id}")
        except (RedisError, OSError, TimeoutError) as error:
            raise Unavailable("redis_unavailable", "The call cannot start just now; try again.") from error
        if raw is None:
            sentence = "This call was connected before or has expired; create a new one."
            raise NotFound("session_not_found", sentence)
        return SessionSpec.model_validate_json(raw)

    async def keep_lease(self) -> None:
        """Renew until cancelled."""
        while True:
            await self._surviving(self._renew())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RENEW_S):
                    await self._host.changed.wait()
                    await asyncio.sleep(GATHER_S)
            self._host.changed.clear()

    async def hear_commands(self) -> None:
        """Obey what the control URL sends, until cancelled."""
        while not _being_cancelled():
            await self._surviving(self._next_command())

    async def leave(self) -> None:
        """This engine takes no more calls."""
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._redis.delete(f"yingda:engine:{self._id}")

    async def _renew(self) -> None:
        metrics.UNSHIPPED.set(self._shipper.waiting)
        facts = {**self._facts, "active": self._host.active, **self._room()}
        async with asyncio.timeout(LEASE_S):
            pipe = self._redis.pipeline(transaction=False)
            pipe.sadd("yingda:engines", self._id)
            pipe.set(f"yingda:engine:{self._id}", orjson.dumps(facts), ex=LEASE_S)
            for call_id in self._host.call_ids:
                pipe.set(f"yingda:live:{call_id}", self._id, ex=LEASE_S)
            await pipe.execute()

    def _room(self) -> dict[str, Any]:
        host = self._host
        return {"draining": host.draining, "full": host.full, "queueRoom": host.queue_room}

    async def _next_command(self) -> None:
        popped = await self._redis.blpop([f"yingda:control:{self._id}"], timeout=POP_S)
        if popped is None:
            return
        command = orjson.loads(popped[1])
        key = f"yingda:reply:{command['id']}"
        pipe = self._redis.pipeline(transaction=True)
        pipe.rpush(key, orjson.dumps(self._obey(command)))
        pipe.expire(key, REPLY_S)
        await pipe.execute()

    def _obey(self, command: dict[str, Any]) -> dict[str, Any]:
        try:
            obey(self._host.find(command["callId"]), command["message"])
        except YingdaError as error:
            return {"ok": False, "status": error.status, "code": error.code, "message": error.message}
        return {"ok": True}

    async def _surviving(self, work: Awaitable[None]) -> None:
        try:
            await work
        except (RedisError, OSError, TimeoutError) as error:
            if _being_cancelled():
                raise asyncio.CancelledError from error
            log.warning("registry_failed", error=str(error))
            await asyncio.sleep(0.5)
        except Exception:  # boundary: a command that makes no sense must not end every call
            log.exception("command_failed")


def _being_cancelled() -> bool:
    """redis-py swallows the cancellation of a blocking command, or makes an error of its own of it."""
    task = asyncio.current_task()
    return bool(task and task.cancelling())
