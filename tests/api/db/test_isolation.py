"""PostgreSQL itself keeps organisations apart, whatever the statement says."""

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, exc, text

from api.db.outbox import enqueue
from api.db.tx import transaction
from tests.api.world import Org, make_org
from voice_engine.kernel.ids import new_id


def tenant_tables(owner: Engine) -> list[str]:
    with owner.connect() as connection:
        statement = (
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        return sorted(connection.execute(text(statement)).scalars())


def test_every_table_is_isolated_and_forced(owner: Engine):
    with owner.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,"
                " (SELECT count(*) FROM pg_policies"
                " WHERE tablename = c.relname AND 'yingda_app' = ANY(roles))"
                " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'alembic_version'"
            )
        ).all()

    found = {name: (forced, policies) for name, forced, policies in rows}
    assert found == dict.fromkeys(tenant_tables(owner), (True, 1))


def test_the_application_works_under_a_role_that_owns_nothing(engine: Engine, owner: Engine):
    with engine.connect() as connection:
        role = connection.execute(
            text(
                "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles"
                " WHERE rolname = current_user"
            )
        ).one()
    with owner.connect() as connection:
        owned = connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE tableowner = 'yingda_app'")
        ).scalar()

    assert tuple(role) == ("yingda_app", False, False, False)
    assert owned == 0


def test_without_an_organisation_nothing_is_seen(engine: Engine, owner: Engine, org: Org):
    with engine.connect() as connection:
        counts = {
            t: connection.execute(text(f"SELECT count(*) FROM {t}")).scalar() for t in tenant_tables(owner)
        }

    assert set(counts.values()) == {0}


def test_the_organisation_ends_with_the_transaction(app: FastAPI, engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        raw = session.connection().connection.dbapi_connection
        assert raw is not None
        assert raw.execute("SELECT count(*) FROM organizations").fetchone() == (1,)

    with engine.connect() as connection:
        assert connection.connection.dbapi_connection is raw
        assert connection.execute(text("SELECT count(*) FROM organizations")).scalar() == 0


def test_a_row_cannot_be_written_into_another_organisation(app: FastAPI, engine: Engine, org: Org):
    other = make_org(app, "Third")

    with transaction(engine, org.id) as session:
        with pytest.raises(exc.ProgrammingError, match="row-level security"):
            enqueue(session, other.id, "steal")
        session.rollback()


def test_a_row_cannot_be_moved_into_another_organisation(app: FastAPI, engine: Engine, org: Org):
    other = make_org(app, "Third")

    with (
        pytest.raises(exc.ProgrammingError, match="row-level security"),
        transaction(engine, org.id) as session,
    ):
        session.connection().execute(text("UPDATE api_keys SET org_id = :other"), {"other": other.id})


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE api_keys DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON api_keys",
        "CREATE TABLE mine (id int)",
        "DELETE FROM organizations",
        "UPDATE alembic_version SET version_num = 'x'",
        "TRUNCATE outbox",
    ],
)
def test_the_application_cannot_change_the_house(engine: Engine, org: Org, statement: str):
    with pytest.raises(exc.ProgrammingError), transaction(engine, org.id) as session:
        session.connection().execute(text(statement))


def test_pretending_to_be_trusted_opens_nothing(app: FastAPI, engine: Engine, org: Org):
    make_org(app, "Third")

    with transaction(engine, org.id) as session:
        session.connection().execute(text("SET LOCAL app.trusted = 'on'"))
        seen = session.connection().execute(text("SELECT DISTINCT org_id FROM api_keys")).scalars().all()

    assert seen == [org.id]


def test_a_session_without_a_proper_organisation_is_not_opened(engine: Engine):
    for bad in ("", "x", "'; DROP TABLE api_keys; --", new_id() + "'"):
        with pytest.raises(ValueError), transaction(engine, bad):
            pass
