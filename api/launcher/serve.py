"""`yingda serve`: the whole installation, from an empty directory to the first answer, and to the end."""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from api.launcher import once, parts, preflight, running, urls
from api.launcher.lock import DirectoryLock
from api.launcher.part import command
from api.launcher.screen import Terminal
from api.launcher.settings import LauncherSettings
from api.launcher.stores import Stores
from api.launcher.supervise import Stage, Supervisor, ending_on_signals

MIGRATION_PATIENCE = 300.0  # s. A large table may be rewritten.


async def serve(settings: LauncherSettings, screen: Terminal) -> None:
    """Runs until interrupted. Raises YingdaError if it cannot start."""
    began = time.monotonic()
    data = preflight.data_dir(settings.data_dir)
    preflight.secret(settings, data)
    preflight.addresses(settings)
    urls.require(settings)
    with DirectoryLock(data / "lock", f"The data directory {data}"):
        preflight.free_ports(settings)
        screen.begin(data)
        supervisor = Supervisor(data / "logs", screen)
        stores = Stores(settings, data)
        try:
            async with ending_on_signals(supervisor, screen):
                env = await _stores(settings, data, supervisor, stores, screen)
                missing = await _processes(settings, env, supervisor, screen)
                with _announced(data, settings, env):
                    screen.ready(settings, data, time.monotonic() - began, missing)
                    await supervisor.watch()
        finally:
            stores.release()
    screen.note("Stopped.")


async def _stores(
    settings: LauncherSettings, data: Path, supervisor: Supervisor, stores: Stores, screen: Terminal
) -> dict[str, str]:
    """PostgreSQL and Redis, and the environment that leads the other processes to them."""
    await supervisor.start(Stage.STORES, *stores.parts)
    await asyncio.to_thread(stores.check, screen.note)
    return parts.environment(settings, data, stores.database_url, stores.redis_url)


async def _processes(
    settings: LauncherSettings, env: dict[str, str], supervisor: Supervisor, screen: Terminal
) -> list[str]:
    """Everything else; returns the names of those that did not come up."""
    # Engines need no database: their imports overlap with the migrations.
    engines = (parts.engine(settings, env, number) for number in range(settings.engine_count))
    begun = supervisor.begin(Stage.ENGINES, *engines)
    since = time.monotonic()
    log = Path(env["YINGDA_DATA_DIR"]) / "logs" / "migrations.log"
    prepare = command([sys.executable, "-m", "api.launcher.prepare"], env)
    await once.run("migrations", prepare, log, patience=MIGRATION_PATIENCE)
    screen.up("migrations", time.monotonic() - since, again=False)
    begun += supervisor.begin(Stage.FRONT, parts.api(settings, env), parts.beat(settings, env))
    begun += supervisor.begin(Stage.BACKGROUND, parts.events(settings, env), parts.worker(settings, env))
    return await supervisor.settle(begun)


@contextlib.contextmanager
def _announced(data: Path, settings: LauncherSettings, env: dict[str, str]) -> Iterator[None]:
    """While we run, `serve.json` tells the other commands where everything is (see `running`)."""
    path = data / running.FILE
    path.unlink(missing_ok=True)
    facts = {
        "pid": os.getpid(),
        "url": settings.url,
        "databaseUrl": env["DATABASE_URL"],
        "redisUrl": env["REDIS_URL"],
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(facts, file)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
