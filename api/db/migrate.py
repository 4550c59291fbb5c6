"""Alembic, called as a function."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from api.db import privileges
from api.db.engine import owner_engine

_ROOT = Path(__file__).parents[2]
_LOCK = 0x59494E47  # two installations that start at once migrate one after the other


def upgrade(url: str, revision: str = "heads") -> None:
    """Bring the database at the owner's `url` to `revision`; nothing happens if it is there already.

    Unavailable `database_privilege_missing`, with the SQL to run, when the owner may not do all of it.
    """
    engine = owner_engine(url)
    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection), revision)
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise privileges.missing(engine, error.orig.diag.message_primary or "") from error


def downgrade(url: str, revision: str = "base") -> None:
    """Take the database back to `revision`; the data of dropped tables is lost."""
    with owner_engine(url).begin() as connection:
        command.downgrade(_config(connection), revision)


def heads() -> set[str]:
    """The revisions this code expects."""
    return set(ScriptDirectory.from_config(_alembic()).get_heads())


def current(engine: Engine) -> set[str]:
    """The revisions the database is at; empty when it was never migrated."""
    with engine.connect() as connection:
        if connection.execute(text("SELECT to_regclass('public.alembic_version')")).scalar() is None:
            return set()
        return set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _alembic() -> Config:
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    return config


def _config(connection: Connection) -> Config:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = _alembic()
    config.attributes["connection"] = connection
    return config
