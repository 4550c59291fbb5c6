"""Migrations go up, down and up again, and two at once do not collide."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text

from api.db import migrate
from api.db.engine import owner_engine
from api.launcher.postgres import EmbeddedPostgres
from voice_engine.kernel.ids import new_id


@pytest.fixture
def empty(postgres: EmbeddedPostgres) -> Iterator[str]:
    name = f"empty_{new_id()[-12:]}"
    postgres.ensure_database(name)
    yield postgres.url(name)
    with psycopg.connect(postgres.plain_url("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def shape(url: str) -> set[str]:
    """Tables, columns, functions, policies and indexes, by name."""
    statement = (
        "SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || is_nullable"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " UNION ALL SELECT 'policy ' || tablename || '.' || policyname FROM pg_policies"
        " UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    with owner_engine(url).connect() as connection:
        return set(connection.execute(text(statement)).scalars())


def test_up_down_up(empty: str):
    migrate.upgrade(empty)
    first = shape(empty)

    migrate.downgrade(empty)
    nothing = shape(empty)
    migrate.upgrade(empty)

    assert {line.split()[1].split(".")[0] for line in nothing if line.startswith("column")} == {
        "alembic_version"
    }
    assert not {line for line in nothing if line.startswith(("function", "policy"))}
    assert shape(empty) == first


def test_two_that_start_at_once_both_succeed(empty: str):
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(migrate.upgrade, [empty, empty]))

    assert outcomes == [None, None]
    assert migrate.current(owner_engine(empty)) == migrate.heads()


def test_there_is_one_line_of_revisions():
    assert len(migrate.heads()) == 1


def test_a_database_that_was_never_migrated_is_at_nothing(empty: str):
    assert migrate.current(owner_engine(empty)) == set()
