"""How many calls an organisation has at once, counted in Redis for all processes together.

A call holds a line from when it waits for its client, or is handed to a gateway, until it has ended. The
script that takes one looks and takes in one step, so that requests at the same moment cannot share the last.
Rows are the truth: `settle` makes the lines agree with them again, whatever Redis has forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis import Redis

KEPT_S = 14 * 3600.0  # longer than the longest call: a line nobody gave back is free then
_YOUNG_S = 60.0
# KEYS[2]: the organisation's lines. ARGV: now, call, limit, until when it is kept, seconds.
TAKE = """
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[1])
local used = redis.call('ZCARD', KEYS[2])
if redis.call('ZSCORE', KEYS[2], ARGV[2]) then return {1, used} end
if used >= tonumber(ARGV[3]) then return {0, used} end
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[5])
return {1, used + 1}
"""


@dataclass(frozen=True, slots=True)
class Line:
    """Whether there was one, and how many are in use now."""

    taken: bool
    used: int
    limit: int

    @property
    def limits(self) -> dict[str, Any]:
        """Vapi's SubscriptionLimits."""
        return {
            "concurrencyBlocked": not self.taken,
            "concurrencyLimit": self.limit,
            "remainingConcurrentCalls": max(0, self.limit - self.used),
        }


class Lines:
    """The lines of all organisations. Raises RedisError without Redis: who cannot count admits nobody."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._take = redis.register_script(TAKE)

    def take(self, org_id: str, call_id: str, limit: int, now: float) -> Line:
        """A line for this call at wall time `now`, if fewer than `limit` are in use. Twice is harmless."""
        found: Any = self._take(
            [lines_of(org_id), lines_of(org_id)], [now, call_id, limit, now + KEPT_S, int(KEPT_S)]
        )
        return Line(bool(found[0]), int(found[1]), limit)

    def release(self, org_id: str, call_id: str) -> None:
        """The call has ended."""
        self._redis.zrem(lines_of(org_id), call_id)

    def used(self, org_id: str, now: float) -> int:
        """How many are in use."""
        return int(self._redis.zcount(lines_of(org_id), now, "+inf"))

    def orgs(self) -> list[str]:
        """Whose calls hold lines."""
        return [key.decode().removeprefix(lines_of("")) for key in self._redis.scan_iter(lines_of("*"))]

    def held(self, org_id: str) -> dict[str, float]:
        """Calls that hold a line, and since when."""
        found: Any = self._redis.zrange(lines_of(org_id), 0, -1, withscores=True)
        return {id.decode(): until - KEPT_S for id, until in found}

    def settle(
        self, org_id: str, held: Mapping[str, float], running: Mapping[str, float], now: float
    ) -> None:
        """Give back the lines of `held` that are not in `running` (call → since), and add what is missing.

        The row of a call that took its line just now may not be committed yet.
        """
        gone = [id for id, since in held.items() if id not in running and now - since > _YOUNG_S]
        missing = {id: since + KEPT_S for id, since in running.items() if id not in held}
        if gone:
            self._redis.zrem(lines_of(org_id), *gone)
        if missing:
            self._redis.zadd(lines_of(org_id), missing)


def lines_of(org_id: str) -> str:
    """The sorted set of an organisation's lines: call ids by when they are free at the latest."""
    return f"yingda:lines:{org_id}"
