"""How many calls of one key may wait for their clients at once, so that no key uses up every engine.

A call waits while its spec is in Redis: the engine takes it when the client connects, a deletion removes it,
and after ten minutes it is gone. Requests at the same moment may exceed the limit by their number.
"""

from typing import Any

from redis import Redis

from api.http.caller import Caller
from api.v1.calls.links import CONNECT_WITHIN
from voice_engine.kernel.errors import TooManyRequests
from voice_engine.spec import SessionSpec

_AGAIN_S = 5.0


class WaitingRoom:
    """The specs of calls nobody has connected to. `public` and `private` are the most for one such key."""

    def __init__(self, redis: Redis, *, public: int, private: int) -> None:
        self._redis, self._public, self._private = redis, public, private

    def check(self, caller: Caller, now: float) -> None:
        """Raise TooManyRequests if as many calls of this key wait at wall time `now` as may."""
        most = self._public if caller.kind == "public" else self._private
        room = _room(caller)
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.zremrangebyscore(room, "-inf", now - CONNECT_WITHIN.total_seconds())
            pipe.zcard(room)
            _, waiting = pipe.execute()
        if waiting < most or self._still_waiting(room) < most:
            return
        message = f"{most} calls of this key wait for their clients; connect to them or delete some first."
        raise TooManyRequests("too_many_unconnected_calls", message, retry_after=_AGAIN_S)

    def enter(self, caller: Caller, spec: SessionSpec, now: float) -> None:
        """Leave a call's spec for its engine."""
        room = _room(caller)
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(_key(spec.session_id), spec.model_dump_json(), ex=CONNECT_WITHIN)
            pipe.zadd(room, {spec.session_id: now})
            pipe.expire(room, CONNECT_WITHIN)
            pipe.execute()

    def _still_waiting(self, room: str) -> int:
        members: Any = self._redis.zrange(room, 0, -1)
        sessions = [member.decode() for member in members]
        with self._redis.pipeline(transaction=False) as pipe:
            for session_id in sessions:
                pipe.exists(_key(session_id))
            there = pipe.execute()
        left = [session_id for session_id, waits in zip(sessions, there, strict=True) if not waits]
        if left:
            self._redis.zrem(room, *left)
        return len(sessions) - len(left)


def _room(caller: Caller) -> str:
    return f"yingda:waiting:{caller.id}"


def _key(session_id: str) -> str:
    return f"yingda:session:{session_id}"
