"""Real PostgreSQL and Redis, one pair per test worker; empty databases and fresh organisations per test."""

import gc
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import redis as redis_client
from fastapi import FastAPI
from sqlalchemy import Engine, text

from api.app import create_app
from api.db import migrate
from api.db.engine import owner_engine
from api.jobs import registry
from api.jobs.context import Jobs
from api.launcher.postgres import EmbeddedPostgres
from api.launcher.redis import EmbeddedRedis
from api.settings import ApiSettings
from tests.api.world import Org, SetClock, make_org
from tests.emulators.target import LOOPBACK

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    # Not pytest's directory: as root the server runs under an account that cannot pass through it.
    with tempfile.TemporaryDirectory(prefix="yingda-test-") as data_dir:
        server = EmbeddedPostgres(Path(data_dir), options=FAST)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def database_url(postgres: EmbeddedPostgres) -> str:
    """The owner's URL of a migrated database."""
    postgres.ensure_database("yingda_test")
    url = postgres.url("yingda_test")
    migrate.upgrade(url)
    return url


@pytest.fixture(scope="session")
def settings(
    database_url: str, redis_server: EmbeddedRedis, tmp_path_factory: pytest.TempPathFactory
) -> ApiSettings:
    return ApiSettings(
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=database_url,
        redis_url=redis_server.url,
        secret="s" * 32,
    )


@pytest.fixture(scope="session")
def _clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def _app(settings: ApiSettings, _clock: SetClock) -> Iterator[FastAPI]:
    app = create_app(settings, clock=_clock)
    gc.collect()
    gc.freeze()  # as the product does when it starts: a collection in mid-request would count as its work
    yield app
    gc.unfreeze()
    app.state.wiring.close()


@pytest.fixture(scope="session")
def owner(database_url: str) -> Iterator[Engine]:
    """The owner's engine (a superuser's), for looking behind row-level security."""
    engine = owner_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def clock(_clock: SetClock) -> SetClock:
    """The application's clock."""
    _clock.reset()
    return _clock


@pytest.fixture
def app(_app: FastAPI, clock: SetClock, owner: Engine, redis_server: EmbeddedRedis) -> FastAPI:
    """The application on empty databases."""
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM organizations"))  # every other row hangs on one, by CASCADE
    with redis_client.Redis.from_url(redis_server.url) as client:
        client.flushall()
    _app.state.wiring.doorman.forget()
    if hasattr(_app.state, "call_parts"):
        del _app.state.call_parts  # it remembers what was placed where, by a clock that has been set back
    _app.state.wiring.send = None
    return _app


@pytest.fixture
def engine(app: FastAPI) -> Engine:
    """The application's engine, in the role yingda_app."""
    found: Engine = app.state.wiring.engine
    return found


@pytest.fixture
def redis(app: FastAPI) -> redis_client.Redis:
    """The application's Redis, empty at first."""
    found: redis_client.Redis = app.state.wiring.redis
    return found


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the application without a socket and without a key."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def org(app: FastAPI) -> Org:
    return make_org(app, "Mine")


@pytest.fixture
def other_org(app: FastAPI) -> Org:
    return make_org(app, "Other")


@pytest.fixture
def private_key(org: Org) -> str:
    return org.private_key


@pytest.fixture
def public_key(org: Org) -> str:
    return org.public_key


@pytest.fixture
def jobs(app: FastAPI, clock: SetClock) -> Jobs:
    """A worker's connections: nothing is sent to a broker, targets on loopback are allowed."""
    registry.load()
    wiring = app.state.wiring
    settings = wiring.settings.model_copy(update={"allowed_targets": LOOPBACK})
    return Jobs(settings, wiring.engine, wiring.redis, clock)
