"""How many requests a key and an organisation may send: token buckets in Redis.

A bucket holds as many tokens as may be spent in 60 seconds and fills evenly. A process takes tokens for a key
a few at a time, the more the busier the key is, so a busy one costs Redis a fraction of a round trip per
request and a quiet one is counted exactly. Unspent tokens go back.

Without Redis nobody is counted: reads go on and say so (`X-RateLimit-Status: unavailable`), writes are
refused.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import redis
from sqlalchemy import Engine, text

from api import metrics
from api.db.tx import transaction
from api.http.caller import Caller
from voice_engine.kernel import log
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import TooManyRequests, Unavailable

SECONDS = 60
MOST_AT_ONCE = 100  # tokens
LEASE = 0.5  # s
PAUSE = 5.0  # s without asking a Redis that did not answer
BELIEF = 10.0  # s
_REMEMBERED = 10_000
_log = log.get("http")

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
Headers = list[tuple[bytes, bytes]]
_UNKNOWN: Headers = [(b"x-ratelimit-status", b"unavailable")]

# KEYS: the buckets. ARGV: now, tokens wanted, tokens given back, then each bucket's size.
# Answers: granted, seconds until one token is there, and the size and the rest of the emptiest bucket.
_TAKE = """
local now, wanted, back = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local granted, wait, levels, size, rest = wanted, 0, {}, 0, 0
for i, key in ipairs(KEYS) do
  local most = tonumber(ARGV[3 + i])
  local rate = most / 60
  local known = redis.call('HMGET', key, 'level', 'at')
  local level, at = tonumber(known[1]) or most, tonumber(known[2]) or now
  level = math.min(most, level + math.max(0, now - at) * rate + back)
  levels[i] = level
  granted = math.min(granted, math.floor(level))
  if level < 1 then wait = math.max(wait, (1 - level) / rate) end
end
granted = math.max(granted, 0)
for i, key in ipairs(KEYS) do
  local most, level = tonumber(ARGV[3 + i]), levels[i] - granted
  redis.call('HSET', key, 'level', tostring(level), 'at', tostring(now))
  redis.call('EXPIRE', key, 120)
  if i == 1 or level / most < rest / size then size, rest = most, level end
end
return {granted, tostring(wait), size, tostring(rest)}
"""


@dataclass(slots=True)
class _Purse:
    """What one key has in this process."""

    tokens: int = 0
    until: float = 0.0
    size: int = 1
    blocked_until: float = 0.0
    uncounted: bool = False
    limit: int = 0
    rest: float = 0.0


class Quotas:
    """Charges callers. `key` and `organization` are requests in `SECONDS`; 0 = as many as they like."""

    def __init__(
        self, client: redis.Redis, engine: Engine, clock: Clock, *, key: int, organization: int
    ) -> None:
        self._engine, self._clock, self._client = engine, clock, client
        self._key, self._organization = key, organization
        self._take = client.register_script(_TAKE)
        self._purses: dict[str, _Purse] = {}
        self._limits: dict[str, tuple[float, int]] = {}
        self._away_until = 0.0

    async def charge(self, caller: Caller, *, write: bool, in_thread: InThread) -> None:
        """Pay for one request; TooManyRequests, and Unavailable for a write that cannot be counted."""
        if not self._key and not self._organization:
            return
        purse = self._purse(caller.id)
        now = self._clock.now()
        if purse.tokens >= 1 and purse.until > now:
            purse.tokens -= 1
        elif purse.blocked_until > now:
            raise _refused(purse, purse.blocked_until - now)
        elif not await in_thread(partial(self._fill, purse, caller)):
            self._uncounted(purse, write)

    def headers(self, caller: Caller) -> Headers:
        """What an answer to this caller says about its limit."""
        purse = self._purses.get(caller.id)
        if purse is None:
            return []
        if purse.uncounted:
            return _UNKNOWN
        rest = max(0.0, purse.rest + purse.tokens)
        full = self._clock.wall().timestamp() + (purse.limit - rest) * SECONDS / (purse.limit or 1)
        return [
            (b"x-ratelimit-limit", b"%d" % purse.limit),
            (b"x-ratelimit-remaining", b"%d" % rest),
            (b"x-ratelimit-reset", b"%d" % (full + 0.999)),
        ]

    def forget(self) -> None:
        """Ask again for everybody."""
        self._purses, self._limits, self._away_until = {}, {}, 0.0

    def _purse(self, id: str) -> _Purse:
        if len(self._purses) >= _REMEMBERED:
            self._purses = {}
        return self._purses.setdefault(id, _Purse())

    def _fill(self, purse: _Purse, caller: Caller) -> bool:
        """Take tokens and spend one; False when Redis is away, TooManyRequests when there is none."""
        now = self._clock.now()
        if now < self._away_until:
            return False
        busy = purse.tokens < 1 and purse.until > now
        purse.size = min(MOST_AT_ONCE, purse.size * 2) if busy else 1
        buckets = self._buckets(caller)
        wanted = max(1, min(purse.size, *(most // 20 for most in buckets.values())))
        back, purse.tokens = purse.tokens, 0
        try:
            granted, wait, size, rest = self._take(
                keys=list(buckets), args=[self._clock.wall().timestamp(), wanted, back, *buckets.values()]
            )
        except redis.RedisError as error:
            self._away_until = now + PAUSE
            metrics.RATE_LIMITS_UNAVAILABLE.inc()
            _log.warning("rate_limit_unavailable", reason=str(error))
            return False
        purse.uncounted = False
        purse.until, purse.limit, purse.rest = now + LEASE, int(size), float(rest)
        if not granted:
            purse.blocked_until = now + float(wait)
            raise _refused(purse, float(wait))
        purse.tokens += int(granted) - 1
        return True

    def _buckets(self, caller: Caller) -> dict[str, int]:
        wanted = {
            f"yingda:quota:key:{caller.id}": self._key,
            f"yingda:quota:org:{caller.org_id}": self._limit_of(caller.org_id),
        }
        return {name: most for name, most in wanted.items() if most}

    def _limit_of(self, org_id: str) -> int:
        """The organisation's own limit where it is lower than the installation's."""
        now = self._clock.now()
        at, limit = self._limits.get(org_id, (-BELIEF, 0))
        if now - at >= BELIEF:
            with transaction(self._engine, org_id, clock=self._clock) as session:
                own = session.connection().execute(_FIND_LIMIT, {"org": org_id}).scalar()
            limit = min(own or self._organization, self._organization) if self._organization else own or 0
            if len(self._limits) >= _REMEMBERED:
                self._limits = {}
            self._limits[org_id] = (now, limit)
        return limit

    def _uncounted(self, purse: _Purse, write: bool) -> None:
        purse.uncounted = True
        if write:
            message = "Requests cannot be counted just now, so nothing is written; reading works. Try again."
            raise Unavailable("limits_unavailable", message)


def _refused(purse: _Purse, wait: float) -> TooManyRequests:
    message = f"That was more than {purse.limit} requests in {SECONDS} seconds; wait {max(1, round(wait))} s."
    return TooManyRequests("rate_limited", message, retry_after=wait, limit=purse.limit)


_FIND_LIMIT = text("SELECT (settings->>'rateLimit')::integer FROM organizations WHERE id = :org")
