"""Where the truth is kept: your PostgreSQL and Redis if you named them, else embedded ones."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from api.launcher import parts, urls
from api.launcher.part import Part
from api.launcher.postgres import EmbeddedPostgres
from api.launcher.redis import EmbeddedRedis, asked_once
from api.launcher.running import Running
from api.launcher.settings import LauncherSettings
from voice_engine.kernel.errors import Unavailable

PATIENCE = 30.0  # s that yours may still be starting, as in a compose file
DATABASE = "yingda"


class Stores:
    """`parts` are the embedded servers to start; the URLs are right once those are ready."""

    def __init__(self, settings: LauncherSettings, data: Path) -> None:
        self._settings = settings
        self._postgres = None if settings.database_url else EmbeddedPostgres(data)
        self._redis = None if settings.redis_url else EmbeddedRedis(data, port=settings.redis_port)

    @property
    def parts(self) -> list[Part]:
        embedded = [parts.postgres(self._postgres)] if self._postgres else []
        return embedded + ([parts.redis_server(self._redis)] if self._redis else [])

    @property
    def database_url(self) -> str:
        return self._postgres.url(DATABASE) if self._postgres else self._settings.database_url

    @property
    def redis_url(self) -> str:
        return self._redis.url if self._redis else self._settings.redis_url

    def check(self, say: Callable[[str], None]) -> None:
        """Blocking. Make our database; raises Unavailable if yours cannot be reached.

        `say` is told at once when yours does not answer, because that is then tried for a while.
        """
        if self._postgres:
            self._postgres.ensure_database(DATABASE)
        else:
            what = f"PostgreSQL at {_where(self.database_url)} (DATABASE_URL)"
            _patiently(lambda: reach_postgres(self.database_url), what, say)
        if not self._redis:
            what = f"Redis at {_where(self.redis_url)} (REDIS_URL)"
            _patiently(lambda: reach_redis(self.redis_url), what, say)

    def release(self) -> None:
        """Give the locks back, after the servers have ended."""
        for server in (self._postgres, self._redis):
            if server is not None:
                server.stop()


@contextlib.contextmanager
def open_database(settings: LauncherSettings) -> Iterator[str]:
    """The database's URL: yours, the running installation's, or the embedded one started for the while."""
    data = settings.data_dir.expanduser().absolute()
    running = Running.find(data)
    url = settings.database_url or (running.database_url if running else "")
    if url:
        reach_postgres(url)
        yield url
        return
    server = EmbeddedPostgres(data)
    server.start()
    try:
        server.ensure_database(DATABASE)
        yield server.url(DATABASE)
    finally:
        server.stop()


def reach_postgres(url: str) -> str:
    """The server's version. BadRequest for what is no URL, Unavailable with what server or network said."""
    urls.database(url)
    try:
        with psycopg.connect(plain(url), connect_timeout=5) as connection:
            return f"PostgreSQL {connection.info.parameter_status('server_version')}"
    except psycopg.Error as error:
        raise Unavailable(
            "postgres_unreachable",
            f"Cannot use the PostgreSQL at {_where(url)} (DATABASE_URL): {str(error).strip()}"
            "\nCorrect DATABASE_URL, start that server, or unset it to use the embedded one.",
        ) from error


def reach_redis(url: str) -> str:
    """The server's version. BadRequest for what is no URL, Unavailable with what server or network said."""
    urls.redis(url)
    try:
        with asked_once(url) as client:
            return f"Redis {client.info('server')['redis_version']}"
    except (redis.RedisError, ValueError) as error:
        raise Unavailable(
            "redis_unreachable",
            f"Cannot use the Redis at {_where(url)} (REDIS_URL): {error}"
            "\nCorrect REDIS_URL, start that server, or unset it to use the embedded one.",
        ) from error


def plain(url: str) -> str:
    """A URL for psycopg itself: without the name of SQLAlchemy's driver."""
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def _where(url: str) -> str:
    """The address without its password."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:  # several hosts, as libpq allows
        return parts.netloc.rpartition("@")[2]
    return f"{parts.hostname or 'a local socket'}{f':{port}' if port else ''}"


def _patiently(question: Callable[[], object], what: str, say: Callable[[str], None]) -> None:
    deadline = time.monotonic() + PATIENCE
    said = False
    while True:
        try:
            question()
            return
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            if not said:
                say(f"Waiting up to {PATIENCE:.0f} s for {what} …")
            said = True
            time.sleep(0.5)
