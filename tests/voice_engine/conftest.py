"""Real parts for the engine's tests: Redis, and a host on real sockets with scripted vendors."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis

from api.launcher.redis import EmbeddedRedis
from voice_engine.blobs import LocalBlobs
from voice_engine.hosting.host import Host, House
from voice_engine.hosting.shipper import Shipper
from voice_engine.hosting.wheel import turn
from voice_engine.kernel import tokens
from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.errors import NotFound, Unauthorized
from voice_engine.kernel.ids import new_id
from voice_engine.servers.ask import Servers
from voice_engine.session.session import Parts
from voice_engine.simulate.parts import SimLlm, SimStt, SimTts, SimVad
from voice_engine.simulate.world import assistant
from voice_engine.spec import AssistantSpec, Encoding, SessionSpec, TransportSpec
from voice_engine.transports.accept import listen_tcp
from voice_engine.transports.door import Door

SECRET = b"a secret of thirty-two characters"


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@dataclass
class Engine:
    """One engine without its process: a host, its door, and the specs it may take."""

    host: Host
    door: Door
    port: int
    specs: dict[str, SessionSpec]
    created: list[tuple[str, dict]]
    spool: Path
    blobs: LocalBlobs
    shipper: Shipper

    def expect(
        self, spec: AssistantSpec | None = None, *, encoding: Encoding = "pcm_s16le", rate: int = 16000
    ) -> SessionSpec:
        """A call this engine may be connected to."""
        whole = SessionSpec(
            session_id=new_id(), call_id=new_id(), org_id="o", created_at_ms=0,
            assistant=spec or assistant(first_message="您好。"),
            transport=TransportSpec(encoding=encoding, sample_rate=rate),
        )  # fmt: skip
        self.specs[whole.session_id] = whole
        return whole

    def url(self, spec: SessionSpec, kind: str = "transport", *, ttl: float = 60, **more: object) -> str:
        claims = {
            **more,
            "kind": kind,
            "call": spec.call_id,
            "session": spec.session_id,
            "engine": "e",
            "org": "o",
        }
        token = tokens.sign(claims, SECRET, expires_at=time.time() + ttl)
        return f"ws://127.0.0.1:{self.port}/{spec.call_id}/{kind}?token={token}"


@pytest.fixture
async def engine(redis: Redis, tmp_path: Path) -> AsyncIterator[Engine]:
    def parts(_: SessionSpec) -> Parts:
        return Parts(SimStt(["你好。"]), SimLlm(lambda _: "好的。"), SimTts(per_char_s=0.05), SimVad())

    async with running(redis, tmp_path, parts) as one:
        yield one


@contextlib.asynccontextmanager
async def running(
    redis: Redis, tmp_path: Path, parts: Callable[[SessionSpec], Parts]
) -> AsyncIterator[Engine]:
    """An engine with these vendors."""
    specs: dict[str, SessionSpec] = {}
    created: list[tuple[str, dict]] = []

    async def take(session_id: str) -> SessionSpec:
        if session_id not in specs:
            raise NotFound("session_not_found", "gone")
        return specs.pop(session_id)

    async def create(key: str, body: dict) -> str:
        created.append((key, body))
        return next(iter(specs))

    shipper, blobs = Shipper(redis), LocalBlobs(tmp_path / "blobs")
    host = Host(House(SystemClock(), parts, shipper, blobs, tmp_path / "spool", Servers(SECRET), 3, queue=4))

    async def permit(call_id: str, org_id: str, key: str) -> None:
        if key != "pk_good":
            raise Unauthorized("key_unknown", "There is no such key.")

    door = Door(host, take, create, SECRET, SystemClock(), permit)
    server = await listen_tcp(door, "127.0.0.1", 0)
    tasks = [asyncio.create_task(turn(host.tick)), asyncio.create_task(shipper.run())]
    port = server.sockets[0].getsockname()[1]
    try:
        yield Engine(host, door, port, specs, created, tmp_path / "spool", blobs, shipper)
    finally:
        server.close()
        await host.close("worker-shutdown")
        await shipper.drain(2)
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
