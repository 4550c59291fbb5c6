"""The processes of an installation, as parts: what runs, with which environment, and when it is ready."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from pathlib import Path

import redis

from api.launcher import places
from api.launcher.part import Part, answers_http, blocking, command
from api.launcher.postgres import STOP_PATIENCE, EmbeddedPostgres
from api.launcher.pulse import Pulse
from api.launcher.redis import EmbeddedRedis, asked_once
from api.launcher.settings import LauncherSettings

LEASE_PATIENCE = 15.0  # s without a lease while Redis answers; an engine renews it every few seconds
LONGEST_SOCKET = "engine-63.sock"
CELERY = ["-m", "celery", "-A", "api.jobs.celery"]


def postgres(server: EmbeddedPostgres) -> Part:
    return Part(
        "postgres",
        spawn=server.spawn,
        before=server.prepare,
        ready=blocking(server.ready),
        stop=signal.SIGINT,  # a fast shutdown; SIGTERM would wait for every client
        kill=signal.SIGQUIT,  # takes its own children along, which SIGKILL would not
        stop_patience=STOP_PATIENCE,
        # Answers to our own question whether it is ready, and to clients when it ends.
        unremarkable=re.compile("the database system is |terminating connection"),
    )


def redis_server(server: EmbeddedRedis) -> Part:
    return Part(
        "redis",
        spawn=server.spawn,
        before=server.prepare,
        ready=blocking(server.ready),
        unremarkable=re.compile("overcommit_memory|Transparent Huge Pages"),  # advice for large servers
    )


def environment(settings: LauncherSettings, data: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """What every child gets besides our own environment."""
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "YINGDA_DATA_DIR": os.fspath(data),
        "YINGDA_PUBLIC_URL": settings.url,
        "YINGDA_API_URL": settings.local_url,
        "YINGDA_RUNTIME_DIR": os.fspath(places.socket_dir(settings.runtime.absolute(), LONGEST_SOCKET, None)),
    }


def engine(settings: LauncherSettings, env: dict[str, str], index: int) -> Part:
    """Ready when its lease is in Redis. A dead engine's lease goes first: nobody is sent to a corpse."""
    name = settings.engine_name(index)
    store = asked_once(env["REDIS_URL"])
    key = f"yingda:engine:{name}"

    def forget() -> None:
        with contextlib.suppress(redis.RedisError):
            store.delete(key)

    def leased() -> bool | None:
        try:
            return bool(store.exists(key))
        except redis.RedisError:  # Redis is away, which says nothing about the engine
            return None

    def registered() -> bool:
        return leased() is True

    async def renews() -> bool | None:
        return await asyncio.to_thread(leased)

    own = {**env, "YINGDA_ENGINE_INDEX": str(index), "YINGDA_ENGINE_ID": name}
    return Part(
        f"engine-{index}",
        spawn=command([sys.executable, "-m", "voice_engine"], own),
        before=forget,
        ready=blocking(registered),
        stop_patience=settings.stop_patience + settings.engine_drain_s,
        pulse=Pulse(renews, "renew its lease in Redis", every=3.0, patience=LEASE_PATIENCE),
    )


def api(settings: LauncherSettings, env: dict[str, str]) -> Part:
    return Part(
        "api",
        spawn=command([sys.executable, "-m", "api"], env),
        ready=answers_http(settings.address, settings.api_port),
        stop_patience=settings.stop_patience,
        pulse=Pulse(answers_http(settings.address, settings.api_port, deadline=5.0), "answer GET /health"),
    )


def events(settings: LauncherSettings, env: dict[str, str]) -> Part:
    return Part(
        "events",
        spawn=command([sys.executable, "-m", "api.jobs.listen"], env),
        ready=re.compile("events_listening"),
        stop_patience=settings.stop_patience,
    )


def worker(settings: LauncherSettings, env: dict[str, str]) -> Part:
    """Threads: tasks wait for the network, and four threads take the memory of one process."""
    options = ["--pool", "threads", "--concurrency", str(settings.worker_threads), "--loglevel", "INFO"]
    options += ["--without-gossip", "--without-mingle", "--without-heartbeat"]  # there is only one worker
    return Part(
        "worker",
        spawn=command([sys.executable, *CELERY, "worker", *options], env),
        ready=re.compile(r"celery@\S+ ready"),
        stop_patience=settings.stop_patience,
    )


def beat(settings: LauncherSettings, env: dict[str, str]) -> Part:
    schedule = Path(env["YINGDA_DATA_DIR"]) / "beat-schedule"
    options = ["--schedule", os.fspath(schedule), "--pidfile", "", "--loglevel", "INFO"]
    return Part(
        "beat",
        spawn=command([sys.executable, *CELERY, "beat", *options], env),
        ready=re.compile(r"beat: Starting"),
        stop_patience=settings.stop_patience,
    )
