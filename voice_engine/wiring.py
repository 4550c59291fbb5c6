"""Settings → the running parts of one engine process. Sees everything; nothing but `__main__` sees it."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from voice_engine import metrics
from voice_engine.blobs import LocalBlobs
from voice_engine.hosting import collector
from voice_engine.hosting.host import Host, House
from voice_engine.hosting.recover import recover
from voice_engine.hosting.registry import Registry
from voice_engine.hosting.shipper import Shipper
from voice_engine.hosting.wheel import turn
from voice_engine.kernel import tokens
from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.errors import BadRequest, Unavailable
from voice_engine.providers import registry as adapters
from voice_engine.providers.factory import Factory
from voice_engine.providers.llm import connections
from voice_engine.providers.pool.book import Book, Both
from voice_engine.providers.pool.bookkeeper import Bookkeeper
from voice_engine.providers.pool.figures import Component, Figures, Gauges
from voice_engine.providers.pool.keeper import Keeper
from voice_engine.providers.pool.shared import Shared
from voice_engine.providers.pool.troubles import Troubles
from voice_engine.providers.pool.vendors import Vendors
from voice_engine.providers.realtime.models import house_voice, realtime
from voice_engine.providers.stt import sphinx_pool
from voice_engine.servers.ask import Servers
from voice_engine.session import reasons
from voice_engine.session.parts import Parts, Refer
from voice_engine.settings import EngineSettings
from voice_engine.spec import SessionSpec
from voice_engine.think.tools import mcp
from voice_engine.transports.accept import Handover, listen_tcp
from voice_engine.transports.control_plane import permits, referrals
from voice_engine.transports.door import Door
from voice_engine.transports.sockets import CreateCall

log = structlog.get_logger()


def engine_name(settings: EngineSettings) -> str:
    """This process's stable id."""
    return settings.engine_id or f"{socket.gethostname()}-{settings.engine_index}"


def handover_path(settings: EngineSettings) -> Path:
    """Where the API hands sockets over; short, because Unix socket paths end at 107 bytes."""
    return settings.runtime / f"engine-{settings.engine_index}.sock"


class Stop:
    """The first signal asks for the end, the second for it at once."""

    def __init__(self) -> None:
        self.gently, self.now = asyncio.Event(), asyncio.Event()

    def asked(self) -> None:
        """A signal has come."""
        (self.now if self.gently.is_set() else self.gently).set()


BuildParts = Callable[[SessionSpec], Parts]
Upkeep = Mapping[str, Callable[[], Coroutine[Any, Any, None]]]


async def serve(settings: EngineSettings, build: BuildParts | None = None) -> None:
    """Run one engine until SIGTERM or SIGINT; `build` replaces the vendors the specs name (benchmarks)."""
    stop = Stop()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.asked)
    async with contextlib.AsyncExitStack() as stack:
        redis = Redis.from_url(
            settings.redis_url,
            retry=Retry(ExponentialBackoff(), 2),
            socket_timeout=10,
            socket_connect_timeout=2,
        )
        stack.push_async_callback(redis.aclose)
        api = await stack.enter_async_context(httpx.AsyncClient(base_url=settings.api_url, timeout=10))
        _warm_up(settings)
        upkeep: Upkeep = {}
        if build is None:
            book = Book()
            factory = Factory(settings, _gauges(book))
            build, upkeep = _builder(factory), _upkeep(factory.vendors, redis, book)
        await _run(settings, redis, api, stop, build, upkeep)


async def _run(
    settings: EngineSettings,
    redis: Redis,
    api: httpx.AsyncClient,
    stop: Stop,
    build: BuildParts,
    upkeep: Upkeep,
) -> None:
    clock, name, shipper = SystemClock(), engine_name(settings), Shipper(redis)
    host = Host(_house(settings, name, shipper, clock, build, referrals(api, settings, name)))
    port = settings.engine_port + settings.engine_index
    facts = {
        "id": name,
        "url": settings.engine_public_url,
        "socket": str(handover_path(settings).absolute()),
        "port": port,
        "slots": settings.engine_slots,
    }
    registry = Registry(redis, name, facts, host, shipper)
    create_call = _call_creator(api, settings, name)
    permit = permits(api, settings, name)
    door = Door(host, registry.take_spec, create_call, settings.secret_bytes, clock, permit)
    recovered = await recover(settings, redis, name, shipper)
    server = await listen_tcp(door, settings.engine_host, port)
    handover = Handover(door, handover_path(settings))
    works = {
        "wheel": turn(host.tick),
        "shipper": shipper.run(),
        "lease": registry.keep_lease(),
        "commands": registry.hear_commands(),
        **{title: work() for title, work in upkeep.items()},
    }
    tasks = [asyncio.create_task(work, name=title) for title, work in works.items()]
    collector.calm()
    log.info("engine_ready", engine_id=name, port=port, slots=settings.engine_slots, recovered=recovered)
    try:
        await _until(stop.gently, tasks)
        await _until_drained(host, stop.now, settings.engine_drain_s)
    finally:
        server.close()
        handover.close()
        await registry.leave()
        await host.close(reasons.WORKER_SHUTDOWN)
        await shipper.drain(3)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _house(
    settings: EngineSettings,
    name: str,
    shipper: Shipper,
    clock: SystemClock,
    build: BuildParts,
    refer: Callable[[SessionSpec], Refer],
) -> House:
    return House(
        clock,
        build,
        shipper,
        LocalBlobs(settings.blobs),
        settings.spool / name,
        Servers(settings.secret_bytes, settings.allowed_targets, clock),
        settings.engine_slots,
        settings.engine_queue,
        refer,
    )


async def _until_drained(host: Host, now: asyncio.Event, seconds: float) -> None:
    """New calls are refused, running ones finish; a second signal ends the patience."""
    draining = asyncio.create_task(host.drain(seconds))
    hurry = asyncio.create_task(now.wait())
    await asyncio.wait([draining, hurry], return_when=asyncio.FIRST_COMPLETED)
    for task in (draining, hurry):
        task.cancel()


async def _until(stop: asyncio.Event, tasks: list["asyncio.Task[None]"]) -> None:
    """Return on `stop`; raise what ended a task that should never end."""
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for task in done:
        task.result()


def _warm_up(settings: EngineSettings) -> None:
    """Load now what the first call would otherwise stop every other call for (0.1 to 2 s each)."""
    connections.warm()
    mcp.warm()
    adapters.load_ours()
    if settings.dashscope_api_key.get_secret_value():
        import_module("dashscope")
    elif settings.environment == "development":
        sphinx_pool.warm().result()  # the demo assistant's recogniser


def _gauges(book: Book) -> Gauges:
    """Vendors are counted twice: for the operator (metrics) and for each organisation (the API)."""

    def gauge(org_id: str, component: Component, provider: str, model: str) -> Figures:
        return Both(
            metrics.vendor(component, provider, model), book.figures(org_id, component, provider, model)
        )

    return gauge


def _upkeep(vendors: Vendors, redis: Redis, book: Book) -> Upkeep:
    """What is done about vendors while nobody calls."""
    shared = Shared(redis, vendors.standings, vendors.allowances)
    return {
        "vendors-shared": shared.run,
        "vendors-kept": Keeper(vendors.standings).run,
        "vendors-counted": Bookkeeper(redis, book).run,
    }


def _builder(factory: Factory) -> BuildParts:
    vad = factory.vad()

    def build(spec: SessionSpec) -> Parts:
        assistant, troubles = spec.assistant, Troubles()
        if realtime(assistant.model):
            voice = factory.tts(house_voice(assistant), spec.org_id, troubles)
            model = factory.realtime(assistant, spec.org_id)
            return Parts(None, None, voice, vad, troubles, model)
        return Parts(
            factory.stt(assistant.transcriber, spec.org_id, troubles),
            factory.llm(assistant.model, spec.org_id, troubles),
            factory.tts(assistant.voice, spec.org_id, troubles),
            vad,
            troubles,
        )

    return build


def _call_creator(api: httpx.AsyncClient, settings: EngineSettings, name: str) -> CreateCall:
    """Seed 001's sockets create their call over REST with the caller's own key, pinned to this engine."""

    async def create(key: str, body: dict[str, Any]) -> str:
        claims = {"kind": "engine", "engine": name}
        pin = tokens.sign(claims, settings.secret_bytes, expires_at=time.time() + 60)
        headers = {"Authorization": f"Bearer {key}", "X-Yingda-Engine": pin}
        path = "/v1/calls/web" if key.startswith("pk_") else "/v1/calls"
        try:
            answer = await api.post(path, json=body, headers=headers)
        except httpx.HTTPError as error:
            sentence = "The call could not be created just now; try again."
            raise Unavailable("api_unreachable", sentence) from error
        found: dict[str, Any] = answer.json()
        if answer.status_code != 201:
            message = found.get("message", "The call was refused.")
            text = "; ".join(message) if isinstance(message, list) else str(message)
            raise BadRequest(str(found.get("code", "call_refused")), text)
        url = httpx.URL(found["transport"]["websocketCallUrl"])
        token = tokens.verify(url.params["token"], settings.secret_bytes, kind="transport", now=time.time())
        return str(token["session"])

    return create
