"""How vendors do: counts that every engine hands over, added up."""

from datetime import UTC, datetime
from typing import Literal

from redis import Redis

from api.v1.analytics.schemas import VendorFigures, VendorQuery, Vendors, VendorWait
from voice_engine.providers.pool.book import Seen, read
from voice_engine.providers.pool.bookkeeper import HOUR_S, key

_COMPONENTS: dict[str, Literal["transcriber", "model", "voice"]] = {
    "stt": "transcriber", "llm": "model", "tts": "voice",
}  # fmt: skip
_WAITS: dict[str, Literal["connect", "firstPartial", "final", "firstToken", "firstAudio"]] = {
    "connect": "connect",
    "first-partial": "firstPartial",
    "final": "final",
    "first-token": "firstToken",
    "first-audio": "firstAudio",
}


def vendors(redis: Redis, org_id: str, query: VendorQuery, now: datetime) -> Vendors:
    """Of the last hours; nothing but the organisation's own."""
    last = int(now.timestamp() // HOUR_S)
    first = last - query.hours + 1
    with redis.pipeline(transaction=False) as pipe:
        for hour in range(first, last + 1):
            pipe.hgetall(key(org_id, hour))
        pages = pipe.execute()
    counts = [{name.decode(): int(number) for name, number in page.items()} for page in pages]
    since = datetime.fromtimestamp(first * HOUR_S, UTC)
    return Vendors(since=since, to=now, vendors=[_shown(seen) for seen in read(counts)])


def _shown(seen: Seen) -> VendorFigures:
    failed = sum(seen.failures.values())
    return VendorFigures(
        component=_COMPONENTS[seen.component],
        provider=seen.provider,
        model=seen.model,
        requests=seen.requests,
        failures=dict(seen.failures),
        error_rate=round(min(1.0, failed / max(1, seen.requests)), 4),
        waits={name: _wait(seen, what) for what, name in _WAITS.items() if seen.measured(what)},
    )


def _wait(seen: Seen, what: str) -> VendorWait:
    p50, p95, p99 = (round(seen.percentile(what, share) or 0.0, 1) for share in (0.5, 0.95, 0.99))
    return VendorWait(count=seen.measured(what), p50=p50, p95=p95, p99=p99)
