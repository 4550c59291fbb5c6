"""The part of `yingda doctor` that talks to PostgreSQL, Redis and the engines of an installation."""

import json
import time
from collections.abc import Iterator

import psycopg
import redis

from api.db import migrate
from api.db.engine import owner_engine
from api.launcher.checks import Finding
from api.launcher.redis import asked_once
from api.launcher.running import Running
from api.launcher.settings import LauncherSettings
from api.launcher.stores import plain, reach_postgres, reach_redis
from voice_engine.kernel.errors import YingdaError

OLDEST_POSTGRES = 15
OLDEST_REDIS = (6, 2)
SKEW = 2.0  # s


def services(settings: LauncherSettings) -> Iterator[Finding]:
    """Yours by their URLs, or the embedded ones while `yingda serve` runs."""
    running = Running.find(settings.data_dir.expanduser().absolute())
    yield from _postgres(settings.database_url or (running.database_url if running else ""))
    yield from _redis(settings.redis_url or (running.redis_url if running else ""), expected=bool(running))


def _postgres(url: str) -> Iterator[Finding]:
    if not url:
        yield Finding("PostgreSQL", "absent", "embedded, not running", "`yingda serve` starts it.")
        return
    try:
        version = reach_postgres(url)
    except YingdaError as error:
        yield Finding("PostgreSQL", "problem", "not reachable", error.message)
        return
    if int(version.split()[1].split(".")[0]) < OLDEST_POSTGRES:
        yield Finding("PostgreSQL", "problem", version, f"Use PostgreSQL {OLDEST_POSTGRES} or newer.")
    else:
        yield Finding("PostgreSQL", "ok", version)
    yield _migrations(url)
    with psycopg.connect(plain(url), connect_timeout=5) as connection:
        row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
    yield _skew("PostgreSQL's clock", float(row[0]) if row else 0.0, time.time())


def _migrations(url: str) -> Finding:
    engine = owner_engine(url)
    current, heads = migrate.current(engine), migrate.heads()
    engine.dispose()
    if current == heads:
        return Finding("migrations", "ok", f"at {', '.join(sorted(heads))}")
    found = f"at {', '.join(sorted(current)) or 'nothing'}, expected {', '.join(sorted(heads))}"
    return Finding("migrations", "problem", found, "Run: yingda migrate")


def _redis(url: str, *, expected: bool) -> Iterator[Finding]:
    if not url:
        yield Finding("Redis", "absent", "embedded, not running", "`yingda serve` starts it.")
        return
    try:
        version = reach_redis(url)
    except YingdaError as error:
        yield Finding("Redis", "problem", "not reachable", error.message)
        return
    if tuple(int(part) for part in version.split()[1].split(".")[:2]) < OLDEST_REDIS:
        yield Finding("Redis", "problem", version, "Use Redis 6.2 or newer.")
    else:
        yield Finding("Redis", "ok", version)
    with asked_once(url) as client:
        seconds, micros = client.time()
        yield _skew("Redis's clock", seconds + micros / 1e6, time.time())
        yield _engines(client, expected=expected)


def _engines(client: redis.Redis, *, expected: bool) -> Finding:
    leases = [client.get(key) for key in client.scan_iter("yingda:engine:*")]
    engines = [json.loads(lease) for lease in leases if lease]
    if engines:
        free = sum(engine["slots"] - engine["active"] for engine in engines)
        return Finding("engines", "ok", f"{len(engines)} registered, {free} free slots")
    if expected:
        return Finding(
            "engines", "problem", "none registered", "See logs/engine-0.log in the data directory."
        )
    return Finding("engines", "absent", "none registered", "`yingda serve` starts them.")


def _skew(check: str, theirs: float, ours: float) -> Finding:
    skew = abs(theirs - ours)
    if skew > SKEW:
        advice = "Set both clocks by NTP: leases and tokens depend on the time."
        return Finding(check, "problem", f"{skew:.1f} s apart from ours", advice)
    return Finding(check, "ok", "agrees with ours")
