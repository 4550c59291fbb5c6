"""Our API and a bare handler on the same core, in turns, in the same minutes; what came of it as JSON.

The servers run on the first core, everything else (this process, PostgreSQL, Redis) on the second.
"""

import asyncio
import contextlib
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import httpx
import orjson
import psycopg
import redis

from api.commands.benching import bare
from api.commands.benching.client import Window, hammer, request
from api.db import migrate
from api.db.engine import app_engine
from api.launcher import process
from api.launcher.postgres import EmbeddedPostgres
from api.launcher.redis import EmbeddedRedis
from api.settings import ApiSettings
from api.v1.organizations.bootstrap import bootstrap
from voice_engine.bench.process import answering, free_port, pin, snapshot
from voice_engine.kernel.errors import Unavailable

Json = dict[str, Any]

CONNECTIONS = 8
WARM_UP = 0.5  # s, before every window
ROUNDS = 3
SECRET = "benchmarks need no secret of their own"
ASSISTANT: Json = {
    "name": "Benchmark",
    "firstMessage": "Hello {{ customer.name }}, how can I help you?",
    "transcriber": {"provider": "pocketsphinx", "grammar": ["what are your opening hours", "goodbye"]},
    "model": {
        "provider": "custom-llm",
        "url": "https://llm.example.com/v1",
        "model": "any",
        "messages": [{"role": "system", "content": "You answer the telephone of a barber shop. Be brief."}],
    },
    "voice": {"provider": "espeak", "voiceId": "en-us"},
    "metadata": {"shop": 17},
}


@dataclass(frozen=True, slots=True)
class Rival:
    """One server and what it is asked."""

    name: str
    pid: int
    port: int
    request: bytes


@dataclass(frozen=True, slots=True)
class Measured:
    """One window, and the processor time its server used."""

    window: Window
    cpu_s: float

    @property
    def per_core_second(self) -> float:
        """Answers per second of processor time: hardly depends on what else the machine does."""
        return len(self.window.latencies) / self.cpu_s


async def run(seconds: float) -> Json:
    """`seconds` per window; about forty times as long in all."""
    with _world() as world:
        load = os.getloadavg()[0]
        results = {name: await _duel(*pair, seconds) for name, pair in world.items()}
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "loadBefore": round(load, 1),
        "connections": CONNECTIONS,
        "secondsPerWindow": seconds,
        "windowsEach": ROUNDS,
        **results,
    }


async def _duel(ours: Rival, bare: Rival, seconds: float) -> Json:
    """Windows in turns, so that whatever else the machine does meets both."""
    found: dict[str, list[Measured]] = {ours.name: [], bare.name: []}
    for _ in range(ROUNDS):
        for rival in (bare, ours):
            found[rival.name].append(await _window(rival, seconds))
    mine, theirs = found[ours.name], found[bare.name]
    return {
        "ours": _figures(mine),
        "bare": _figures(theirs),
        "ratio": round(_total_rate(mine) / _total_rate(theirs), 2),
        "ratioPerCoreSecond": round(
            mean(m.per_core_second for m in mine) / mean(m.per_core_second for m in theirs), 2
        ),
    }


async def _window(rival: Rival, seconds: float) -> Measured:
    await asyncio.sleep(WARM_UP)  # what the one before left in queues is done by then
    before = snapshot(rival.pid).cpu_s
    window = await hammer(rival.port, rival.request, connections=CONNECTIONS, seconds=seconds)
    return Measured(window, snapshot(rival.pid).cpu_s - before)


def _total_rate(found: list[Measured]) -> float:
    return sum(len(m.window.latencies) for m in found) / sum(m.window.seconds for m in found)


def _figures(found: list[Measured]) -> Json:
    together = Window(latencies=[latency for m in found for latency in m.window.latencies])
    return {
        "perSecond": round(_total_rate(found)),
        "perCoreSecond": round(mean(m.per_core_second for m in found)),
        "p50Ms": round(together.percentile_ms(50), 2),
        "p95Ms": round(together.percentile_ms(95), 2),
    }


# ── the installation ─────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def _world() -> Iterator[dict[str, tuple[Rival, Rival]]]:
    """PostgreSQL, Redis, our API, the bare one; and what each pair of rivals is asked."""
    pin(os.getpid(), 1)  # the stores we start inherit it
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yingda-bench-")))
        place.chmod(0o711)  # root's PostgreSQL runs as somebody else, who must come through
        postgres, store = EmbeddedPostgres(place), EmbeddedRedis(place)
        for server in (postgres, store):
            server.start()
            stack.callback(server.stop)
        postgres.ensure_database("bench")
        url = postgres.url("bench")
        migrate.upgrade(url)
        with psycopg.connect(postgres.plain_url("bench")) as connection:
            connection.execute(bare.TABLE)
        _register_engine(store.url)
        settings = ApiSettings(
            data_dir=place, database_url=url, redis_url=store.url, secret=SECRET, api_port=free_port()
        )
        engine = app_engine(url, connections=1)
        key = bootstrap(engine, settings).private_key
        engine.dispose()
        ours = stack.enter_context(_server(["-m", "api"], settings, settings.api_port))
        port = free_port()
        theirs = stack.enter_context(_server(["-m", "api.commands.benching.bare", str(port)], settings, port))
        yield _questions(ours, settings.api_port, key, theirs, port)


def _questions(ours: int, port: int, key: str, theirs: int, bare_port: int) -> dict[str, tuple[Rival, Rival]]:
    made, known = _made(port, "/v1/assistants", key), _made(bare_port, "/", "")
    web = orjson.dumps({"assistantId": made, "transport": {"provider": "vapi.websocket"}})
    body = orjson.dumps(ASSISTANT)
    read = Rival("bare", theirs, bare_port, request("GET", f"/{known}"))
    write = Rival("bare", theirs, bare_port, request("POST", "/", body=body))
    asked = {
        "GET /v1/assistants/{id}": (request("GET", f"/v1/assistants/{made}", key), read),
        "POST /v1/assistants": (request("POST", "/v1/assistants", key, body), write),
        "POST /v1/calls": (request("POST", "/v1/calls", key, web), write),
    }
    return {name: (Rival("ours", ours, port, bytes_), rival) for name, (bytes_, rival) in asked.items()}


def _made(port: int, path: str, key: str) -> str:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = httpx.post(f"http://127.0.0.1:{port}{path}", json=ASSISTANT, headers=headers, trust_env=False)
    if answer.status_code != 201:
        raise Unavailable("bench_refused", f"The server refused a request: {answer.text}")
    return str(answer.json()["id"])


def _register_engine(url: str) -> None:
    """An engine with room for every call; nobody will connect to it."""
    lease = {"id": "bench", "url": "", "slots": 1_000_000_000, "active": 0, "draining": False}
    with redis.Redis.from_url(url) as client:
        client.sadd("yingda:engines", "bench")
        client.set("yingda:engine:bench", orjson.dumps(lease))


@contextlib.contextmanager
def _server(command: list[str], settings: ApiSettings, port: int) -> Iterator[int]:
    """The pid of a server that answers, on the first core."""
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("YINGDA_")},
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "YINGDA_DATA_DIR": os.fspath(settings.data_dir),
        "YINGDA_SECRET": SECRET,
        "YINGDA_API_PORT": str(settings.api_port),
        "YINGDA_API_WAITING_CALLS_PRIVATE": "10000000",  # nobody connects to the calls it starts
        "YINGDA_API_RATE_LIMIT_KEY": "100000000",  # counted like everybody, refused never
        "YINGDA_API_RATE_LIMIT_ORGANIZATION": "100000000",
        "YINGDA_CONCURRENCY_LIMIT": "10000000",
    }
    log = settings.data_dir / f"{port}.log"
    with log.open("wb") as output:
        child = process.spawn([sys.executable, *command], output=output, env=env)
    pin(child.pid, 0)
    try:
        _until_answering(child, port, log)
        yield child.pid
    finally:
        process.stop(child, signal.SIGTERM, patience=20)


def _until_answering(child: process.Child, port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while not answering(port):
        if child.poll() is not None or time.monotonic() > deadline:
            said = process.tail(log)
            raise Unavailable("bench_not_started", f"A server did not start. It said:\n{said}")
        time.sleep(0.05)
