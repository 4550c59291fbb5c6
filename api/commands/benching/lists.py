"""Lists of calls with many calls in the table and with few, in turns; what came of it as JSON.

Two databases of one PostgreSQL, each with an API in this process: how long one request takes, alone.
"""

import asyncio
import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.types.json import Jsonb

from api.app import create_app
from api.commands.benching.rest import ASSISTANT, SECRET
from api.db import migrate
from api.launcher.postgres import EmbeddedPostgres
from api.launcher.redis import EmbeddedRedis
from api.settings import ApiSettings
from api.v1.calls.model import CallRow
from api.v1.organizations.bootstrap import bootstrap
from voice_engine.kernel import log
from voice_engine.kernel.errors import Unavailable

Json = dict[str, Any]

FEW = 1_000
SAID = [{"role": "user" if n % 2 else "bot", "message": "好的，请稍等。" * 3, "time": n} for n in range(20)]
_FILL = """
INSERT INTO calls ({columns}) SELECT {columns} FROM (SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', gen_random_uuid()::text, 'session_id', gen_random_uuid()::text, 'status', 'ended',
    'ended_reason', 'customer-ended-call', 'cost_micros', n * 7,
    'created_at', c.created_at - n * interval '7 s',
    'customer', jsonb_build_object('number', '+86138' || lpad((n %% 20000)::text, 8, '0'))))).*
FROM calls c, generate_series(1, %(more)s) n) copied
"""


@dataclass(frozen=True, slots=True)
class _Place:
    client: httpx.AsyncClient
    assistant_id: str
    key: str

    async def get(self, path: str) -> httpx.Response:
        """The answer; raises Unavailable for a refusal."""
        answer = await self.client.get(path, headers={"Authorization": f"Bearer {self.key}"})
        if answer.status_code != 200:
            raise Unavailable("bench_refused", f"The API refused {path}: {answer.text}")
        return answer


async def run(calls: int, requests: int) -> Json:
    """Each list `requests` times in either table; milliseconds."""
    log.setup("bench", level="WARNING")
    async with _world((FEW, calls)) as places:
        asked = [await _asked(place) for place in places]
        found = {name: await _duel(places, [a[name] for a in asked], requests) for name in asked[0]}
    return {"callsInTheTable": [FEW, calls], "requestsEach": requests, "p50Ms": found}


async def _asked(place: _Place) -> dict[str, str]:
    """Lists by name; the one by cursor begins behind the ninth page."""
    cursor = ""
    for _ in range(9):
        page = (await place.get(f"/v2/calls/metadata?limit=100{cursor}")).json()
        cursor = f"&cursor={page['metadata']['nextCursor']}" if page["metadata"]["hasNextPage"] else cursor
    return {
        "GET /v1/calls": "/v1/calls?limit=100",
        "GET /v1/calls?assistantId": f"/v1/calls?limit=100&assistantId={place.assistant_id}",
        "GET /v2/calls": "/v2/calls?limit=100",
        "GET /v2/calls?cursor": f"/v2/calls?limit=100{cursor}",
        "GET /v2/calls/metadata": "/v2/calls/metadata?limit=100",
        "GET /v2/calls?customerNumberAny": "/v2/calls?limit=100&customerNumberAny=%2B8613800000007",
    }


async def _duel(places: list[_Place], paths: list[str], requests: int) -> Json:
    """In turns, so that whatever else the machine does meets both."""
    taken: list[list[float]] = [[], []]
    for number in range(requests + 3):
        for times, place, path in zip(taken, places, paths, strict=True):
            began = time.perf_counter()
            await place.get(path)
            if number >= 3:
                times.append((time.perf_counter() - began) * 1000)
    few, many = (statistics.median(times) for times in taken)
    return {"few": round(few, 2), "many": round(many, 2), "ratio": round(many / few, 2)}


@contextlib.asynccontextmanager
async def _world(sizes: tuple[int, int]) -> AsyncIterator[list[_Place]]:
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yingda-bench-")))
        os.chmod(folder, 0o711)  # root's PostgreSQL runs as somebody else, who must come through
        postgres, store = EmbeddedPostgres(folder), EmbeddedRedis(folder)
        for server in (postgres, store):
            server.start()
            stack.callback(server.stop)
        yield [await _place(stack, postgres, store.url, folder, size) for size in sizes]


async def _place(
    stack: contextlib.AsyncExitStack, postgres: EmbeddedPostgres, redis_url: str, folder: Path, size: int
) -> _Place:
    name = f"bench_{size}"
    postgres.ensure_database(name)
    migrate.upgrade(postgres.url(name))
    settings = ApiSettings(
        data_dir=folder, database_url=postgres.url(name), redis_url=redis_url, secret=SECRET,
        api_rate_limit_key=0, api_rate_limit_organization=0,
    )  # fmt: skip
    app = create_app(settings)
    stack.callback(app.state.wiring.close)
    key = bootstrap(app.state.wiring.engine, settings).private_key
    app.state.wiring.redis.sadd("yingda:engines", "bench")
    app.state.wiring.redis.set("yingda:engine:bench", b'{"id":"bench","slots":9,"active":0}')
    transport = httpx.ASGITransport(app)
    client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://bench"))
    headers = {"Authorization": f"Bearer {key}"}
    made = (await client.post("/v1/assistants", json=ASSISTANT, headers=headers)).json()["id"]
    await client.post("/v1/calls", json={"assistantId": made}, headers=headers)
    await asyncio.to_thread(_fill, postgres.plain_url(name), size)
    return _Place(client, made, key)


def _fill(url: str, size: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET app.trusted = 'on'")
        connection.execute("UPDATE calls SET messages = %s", [Jsonb(SAID)])
        columns = ", ".join(column.name for column in CallRow.__table__.columns)  # type: ignore[attr-defined]
        connection.execute(_FILL.format(columns=columns), {"more": size - 1})
        connection.execute("VACUUM ANALYZE calls")
