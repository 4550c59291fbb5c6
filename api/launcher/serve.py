"""`yingda serve`: the whole installation, from an empty directory to the first answer, and to the end."""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from api.launcher import once, parts, preflight
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
    with DirectoryLock(data / "lock", f"The data directory {data}"):
        preflight.free_ports(settings)
        screen.begin(data)
        supervisor = Supervisor(data / "logs", screen)
        stores = Stores(settings, data)
        try:
            async with ending_on_signals(supervisor, screen):
                env = await _start(settings, data, supervisor, stores, screen)
                with _announced(data, settings, env):
                    screen.ready(settings, data, time.monotonic() - began)
                    await supervisor.watch()
        finally:
            stores.release()
    screen.note("Stopped.")


async def _start(
    settings: LauncherSettings, data: Path, supervisor: Supervisor, stores: Stores, screen: Terminal
) -> dict[str, str]:
    await supervisor.start(Stage.STORES, *stores.parts)
    await asyncio.to_thread(stores.check)
    env = parts.environment(settings, data, stores.database_url, stores.redis_url)
    # Engines need no database: their imports overlap with the migrations.
    numbers = range(settings.engine_count)
    begun = supervisor.begin(Stage.ENGINES, *(parts.engine(settings, env, n) for n in numbers))
    since = time.monotonic()
    prepare = command([sys.executable, "-m", "api.launcher.prepare"], env)
    await once.run("migrations", prepare, data / "logs" / "migrations.log", patience=MIGRATION_PATIENCE)
    screen.up("migrations", time.monotonic() - since, again=False)
    begun += supervisor.begin(Stage.FRONT, parts.api(settings, env))
    begun += supervisor.begin(Stage.BACKGROUND, parts.events(settings, env), parts.worker(settings, env))
    begun += supervisor.begin(Stage.FRONT, parts.beat(settings, env))
    missing = await supervisor.settle(begun)
    if missing:
        screen.note(f"Running without {', '.join(missing)}.")
    return env


@contextlib.contextmanager
def _announced(data: Path, settings: LauncherSettings, env: dict[str, str]) -> Iterator[None]:
    """While we run, `serve.json` tells the other commands where everything is."""
    path = data / "serve.json"
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
