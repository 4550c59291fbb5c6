"""How many calls of one key may wait for their clients at once, so that no key uses up every engine.

A call waits while its spec is in Redis: the engine takes it when the client connects, a deletion removes it,
and after ten minutes it is gone.
"""

from typing import Any

from redis import Redis

from api.http.caller import Caller
from api.v1.calls.lines import KEPT_S, TAKE, Line, lines_of
from api.v1.calls.links import CONNECT_WITHIN
from voice_engine.kernel.errors import TooManyRequests
from voice_engine.spec import SessionSpec

_AGAIN_S = 5.0
_NO_LINE, _IN, _FULL = 0, 1, 2
# One step, so that requests at the same moment cannot share the last line, and no spec is left without one.
_ENTER = f"""
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[6])
local waiting = redis.call('ZCARD', KEYS[1])
if waiting >= tonumber(ARGV[7]) then return {{{_FULL}, waiting}} end
local function take() {TAKE} end
local line = take()
if line[1] == {_NO_LINE} then return line end
redis.call('SET', KEYS[3], ARGV[10], 'EX', ARGV[9])
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[8])
redis.call('EXPIRE', KEYS[1], ARGV[9])
return line
"""


class WaitingRoom:
    """The specs of calls nobody has connected to. `public` and `private` are the most for one such key."""

    def __init__(self, redis: Redis, *, public: int, private: int) -> None:
        self._redis, self._public, self._private = redis, public, private
        self._enter = redis.register_script(_ENTER)

    def enter(self, caller: Caller, spec: SessionSpec, now: float, limit: int) -> Line:
        """Take one of the organisation's `limit` lines at wall time `now` and leave the spec for its engine.

        Nothing is left if there is no line. Raises TooManyRequests if as many calls of this key wait as may.
        """
        most = self._public if caller.kind == "public" else self._private
        for _ in range(2):
            found, used = self._tried(caller, spec, now, limit, most)
            if found != _FULL:
                return Line(found == _IN, used, limit)
            if self._still_waiting(_room(caller)) >= most:
                break
        message = f"{most} calls of this key wait for their clients; connect to them or delete some first."
        raise TooManyRequests("too_many_unconnected_calls", message, retry_after=_AGAIN_S)

    def _tried(self, caller: Caller, spec: SessionSpec, now: float, limit: int, most: int) -> tuple[int, int]:
        kept = int(CONNECT_WITHIN.total_seconds())
        keys = [_room(caller), lines_of(spec.org_id), _key(spec.session_id)]
        line: list[Any] = [now, spec.call_id, limit, now + KEPT_S, int(KEPT_S)]
        room: list[Any] = [now - kept, most, spec.session_id, kept, spec.model_dump_json()]
        found: Any = self._enter(keys, [*line, *room])
        return int(found[0]), int(found[1])

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
