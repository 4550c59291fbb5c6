"""Connections to PostgreSQL: one URL, two roles.

The URL is the owner's. Migrations use it as it is; everything else goes through `app_engine`, whose
connections take the role `yingda_app`, which owns nothing and cannot pass by row-level security.
"""

import select
from typing import Any

import orjson
from psycopg import Connection as PgConnection
from psycopg import errors
from sqlalchemy import Engine, create_engine, event, exc
from sqlalchemy.pool import NullPool

from api.db.plain import dumps
from voice_engine.kernel.errors import Unavailable

APP_ROLE = "yingda_app"
CONNECT_TIMEOUT = 5  # s
STATEMENT_TIMEOUT_MS = 30_000


def sqlalchemy_url(url: str) -> str:
    """`postgresql://…` or `postgres://…` with the driver SQLAlchemy shall use."""
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise ValueError(f"DATABASE_URL must start with postgresql://, not {scheme}://")
    return f"postgresql+psycopg://{rest}"


def owner_engine(url: str) -> Engine:
    """For migrations and nothing else."""
    return create_engine(
        sqlalchemy_url(url),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT},
    )


def app_engine(url: str, *, connections: int = 16) -> Engine:
    """A pool of at most `connections` connections in the role `yingda_app`.

    They are in autocommit: `db.tx` sends BEGIN together with the tenant's id, in one round trip.
    """
    engine = create_engine(
        sqlalchemy_url(url),
        isolation_level="AUTOCOMMIT",
        pool_size=connections,
        max_overflow=0,
        pool_timeout=10,
        pool_use_lifo=True,
        hide_parameters=True,  # they are personal data, and errors are logged
        json_serializer=dumps,
        json_deserializer=orjson.loads,
        connect_args={"connect_timeout": CONNECT_TIMEOUT},
    )
    event.listen(engine, "connect", _take_role)
    event.listen(engine, "checkout", _refuse_dead)
    return engine


def not_migrated() -> Unavailable:
    """What to say about a database without our role or tables."""
    return Unavailable("database_not_migrated", "The database was never migrated: run `yingda migrate`.")


def _take_role(connection: PgConnection[Any], _record: Any) -> None:
    connection.autocommit = True
    try:
        connection.execute(
            f"SET ROLE {APP_ROLE}; SET statement_timeout = {STATEMENT_TIMEOUT_MS}", prepare=False
        )
    except errors.InvalidParameterValue as error:
        raise not_migrated() from error


def _refuse_dead(connection: PgConnection[Any], _record: Any, _proxy: Any) -> None:
    """An idle connection with something to read has been closed by the server: cheaper than a ping."""
    if connection.closed:
        raise exc.DisconnectionError("this connection is closed")
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    if poller.poll(0):
        raise exc.DisconnectionError("the server closed this connection")
