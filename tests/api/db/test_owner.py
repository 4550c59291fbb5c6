"""An owner that is no superuser, as at a hosted PostgreSQL: one URL suffices, and isolation holds."""

from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import Engine, text

from api.db import migrate
from api.db.engine import app_engine, owner_engine
from api.db.tx import transaction
from api.http.auth import Doorman
from api.http.caller import Caller
from api.launcher.postgres import EmbeddedPostgres
from api.v1.api_keys import service
from api.v1.api_keys.repo import ApiKeys
from api.v1.api_keys.schemas import ApiKeyCreate
from api.v1.organizations.repo import Organizations
from tests.api.world import SetClock
from voice_engine.kernel.ids import new_id


@pytest.fixture
def hosted_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a fresh database owned by a role that may create roles but bypasses nothing."""
    name = f"hosted_{new_id()[-12:]}"
    with psycopg.connect(postgres.plain_url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN CREATEROLE")
        admin.execute(f"CREATE DATABASE {name} OWNER {name}")
        if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = 'yingda_app'").fetchone():
            admin.execute(f"GRANT yingda_app TO {name} WITH ADMIN OPTION")
    yield postgres.plain_url(quote(name)).replace("postgres@", f"{name}@")
    with psycopg.connect(postgres.plain_url("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.execute(f"DROP ROLE {name}")


@pytest.fixture
def hosted(hosted_url: str) -> Iterator[Engine]:
    migrate.upgrade(hosted_url)
    engine = app_engine(hosted_url, connections=2)
    yield engine
    engine.dispose()


def found_organizations(hosted: Engine) -> str:
    org_id = new_id()
    with transaction(hosted, org_id) as session:
        Organizations(session, org_id).create("Hosted")
    return org_id


def key_of(engine: Engine, org_id: str, doorman: Doorman) -> str:
    root = Caller(org_id, "private", "test", frozenset({"*"}))
    with transaction(engine, org_id) as session:
        return service.create(ApiKeys(session, org_id), ApiKeyCreate(), root, doorman).value


def test_an_owner_that_forgets_to_take_the_role_sees_nothing(hosted: Engine, hosted_url: str):
    found_organizations(hosted)

    with owner_engine(hosted_url).connect() as connection:
        seen = connection.execute(text("SELECT count(*) FROM organizations")).scalar()

    assert seen == 0


async def test_keys_are_found_across_organisations(hosted: Engine, clock: SetClock):
    org_id = found_organizations(hosted)
    doorman = Doorman(hosted, b"s" * 32, clock)
    value = key_of(hosted, org_id, doorman)

    caller = await doorman.admit(value)

    assert caller.org_id == org_id
