"""What `yingda doctor` looks at. Each check answers: fine, wrong and what to do, or merely not there."""

import ctypes
import datetime
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

from api.launcher import lock, places, postgres, preflight, redis
from api.launcher.running import Running
from api.launcher.settings import LauncherSettings
from voice_engine.kernel.errors import YingdaError
from voice_engine.kernel.settings import SECRET_LENGTH, SECRET_NEEDED

Verdict = Literal["ok", "problem", "absent"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
RELEASED = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` says what to do about a problem, or what an absent thing would be good for."""

    check: str
    verdict: Verdict
    found: str
    advice: str = ""


def machine(settings: LauncherSettings) -> Iterator[Finding]:
    """This computer and what is installed on it."""
    yield Finding("Python", "ok", f"{platform.python_version()} at {sys.executable}")
    yield packages()
    yield Finding("processors", "ok", f"{os.cpu_count()} ({platform.machine()}, {platform.system()})")
    yield clock(datetime.datetime.now(datetime.UTC))
    yield attempt("embedded PostgreSQL", postgres.version, absent_if=bool(settings.database_url))
    yield attempt("embedded Redis", redis.version, absent_if=bool(settings.redis_url))
    yield attempt("espeak-ng (speech)", espeak)
    yield attempt("PocketSphinx (recognition)", pocketsphinx)
    yield browser()


def packages() -> Finding:
    """Are the packages the project names installed, in versions it accepts?"""
    wrong = []
    for line in metadata.requires("yingda-server") or []:
        wish = Requirement(line)
        if wish.marker is not None and not wish.marker.evaluate():
            continue
        try:
            version = metadata.version(wish.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{wish.name} is missing")
            continue
        if not wish.specifier.contains(version, prereleases=True):
            wrong.append(f"{wish.name} is {version}, not {wish.specifier}")
    if wrong:
        return Finding("packages", "problem", "; ".join(wrong), "Run: scripts/setup")
    return Finding("packages", "ok", "all there")


def clock(now: datetime.datetime) -> Finding:
    """Tokens and signatures carry the time: one in the past makes them invalid."""
    text = now.isoformat(timespec="seconds")
    if now < RELEASED:
        return Finding("clock", "problem", text, "The clock is behind this release; set it (timedatectl).")
    return Finding("clock", "ok", text)


def espeak() -> str:
    import espeakng_loader

    ctypes.CDLL(espeakng_loader.get_library_path())
    return "loads" if Path(espeakng_loader.get_data_path()).is_dir() else "loads, without its voices"


def pocketsphinx() -> str:
    import pocketsphinx as engine

    model = Path(engine.get_model_path("en-us"))
    if not model.exists():
        raise FileNotFoundError(f"its English model is not at {model}")
    return "loads, with its English model"


def browser() -> Finding:
    for name in BROWSERS:
        if shutil.which(name):
            return Finding("Chromium", "ok", name)
    return Finding(
        "Chromium", "absent", "not installed", "Only the browser tests need it: apt install chromium"
    )


def attempt(check: str, question: Callable[[], str], *, absent_if: bool = False) -> Finding:
    """Ask something that says what it found or raises."""
    try:
        return Finding(check, "ok", question())
    except YingdaError as error:
        found, advice = error.message, "See there."
    except (OSError, ImportError, RuntimeError, subprocess.SubprocessError) as error:
        found, advice = f"{type(error).__name__}: {error}", "Run: scripts/setup"
    if absent_if:
        return Finding(check, "absent", found, "Not needed: you use your own.")
    return Finding(check, "problem", found, advice)


def installation(settings: LauncherSettings) -> Iterator[Finding]:
    """The data directory, the ports, and who uses them."""
    data = settings.data_dir.expanduser().absolute()
    yield data_dir(data)
    yield disk(data)
    yield secret(settings, data)
    yield from leftovers()
    running = Running.find(data)
    if running:
        yield Finding("serve", "ok", f"runs as process {running.pid}")
        return
    pid = lock.owner(data / "lock")
    if pid is not None:
        yield Finding("serve", "ok", f"is starting, as process {pid}")
        return
    yield Finding("serve", "absent", "does not run", "Start it: yingda serve")
    yield attempt_ports(settings)


def data_dir(data: Path) -> Finding:
    if not data.exists():
        return Finding("data directory", "absent", f"{data} is not there yet", "The first start makes it.")
    try:
        preflight.usable(data)
    except YingdaError as error:
        return Finding("data directory", "problem", str(data), error.message)
    return Finding("data directory", "ok", str(data))


def disk(data: Path) -> Finding:
    place = next(path for path in (data, *data.parents) if path.exists())
    free = shutil.disk_usage(place).free
    found = f"{free / 1e9:.1f} GB free"
    if free < preflight.ROOM:
        return Finding("disk", "problem", found, "Free some space, or choose another YINGDA_DATA_DIR.")
    return Finding("disk", "ok", found)


def leftovers() -> Iterator[Finding]:
    """Databases of data directories that are gone; deleting them is for people to decide."""
    try:
        gone = places.abandoned()
    except OSError:  # not ours to look at
        return
    if gone:
        names = ", ".join(os.fspath(path) for path in gone[:3]) + (" …" if len(gone) > 3 else "")
        found = f"{len(gone)} in {places.SYSTEM_DIR} ({names})"
        yield Finding("databases left over", "absent", found, "Their data directories are gone; delete them.")


def secret(settings: LauncherSettings, data: Path) -> Finding:
    given = settings.secret.get_secret_value()
    file = data / "secret"
    if given:
        if len(given) < SECRET_LENGTH:
            return Finding("secret", "problem", f"{len(given)} characters", SECRET_NEEDED)
        return Finding("secret", "ok", "given by you")
    if settings.environment == "production":
        return Finding("secret", "problem", "none", SECRET_NEEDED)
    if not file.exists():
        return Finding("secret", "absent", "none yet", "The first start makes one.")
    if file.stat().st_mode & 0o077:
        return Finding("secret", "problem", f"others may read {file}", f"Run: chmod 600 {file}")
    return Finding("secret", "ok", "generated")


def attempt_ports(settings: LauncherSettings) -> Finding:
    last = settings.engine_port + settings.engine_count - 1
    ports = f"{settings.api_port} (API), {settings.engine_port} to {last} (engines)"
    try:
        preflight.addresses(settings)
        preflight.free_ports(settings)
    except YingdaError as error:
        return Finding("ports", "problem", ports, error.message)
    return Finding("ports", "ok", f"{ports} are free")
