"""How often somebody may do something, counted in Redis for all processes together.

For what is worth guarding (logins, vendors' bills): without Redis nobody may.
"""

from datetime import datetime

import redis

from voice_engine.kernel import log
from voice_engine.kernel.errors import TooManyRequests, Unavailable

_log = log.get("http")


def limit(client: redis.Redis, name: str, *, most: int, seconds: int, now: datetime) -> None:
    """Count one; TooManyRequests when `name` was counted more than `most` times in this window.

    Unavailable when it cannot be counted.
    """
    window, elapsed = divmod(now.timestamp(), seconds)
    key = f"yingda:limit:{name}:{window:.0f}"
    try:
        with client.pipeline(transaction=False) as pipe:
            pipe.incr(key)
            pipe.expire(key, seconds + 1)
            count = pipe.execute()[0]
    except redis.RedisError as error:
        _log.warning("rate_limit_unavailable", reason=str(error))
        message = "Attempts cannot be counted just now, so nobody is let in; try again shortly."
        raise Unavailable("limits_unavailable", message) from error
    if count > most:
        message = f"That was more than {most} attempts in {seconds} seconds; wait a little."
        raise TooManyRequests("rate_limited", message, retry_after=seconds - elapsed)
