"""What migrations say in one line: a tenant's table, its row-level security, the few doors through it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from api.db.engine import APP_ROLE
from api.db.table import IdText, Timestamp

GRANTS = "SELECT, INSERT, UPDATE, DELETE"


def tenant_table(name: str, *columns: sa.Column[Any] | sa.Constraint, grants: str = GRANTS) -> None:
    """Create a table of `db.table.Row` plus `columns`, indexed for lists, isolated by organisation."""
    op.create_table(
        name,
        sa.Column("id", IdText, primary_key=True),
        sa.Column("org_id", IdText, sa.ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", Timestamp, nullable=False),
        sa.Column("updated_at", Timestamp, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        *columns,
    )
    op.execute(f"CREATE INDEX {name}_newest ON {name} (org_id, created_at DESC, id DESC)")
    isolate(name, grants=grants)


def isolate(name: str, *, column: str = "org_id", grants: str = GRANTS) -> None:
    """Row-level security on a table, for its owner too.

    The owner passes only with `app.trusted`, which `trusted_function` sets: forgetting SET ROLE shows no row.
    """
    own = f"{column} = current_setting('app.org_id', true)"
    trusted = "current_setting('app.trusted', true) = 'on'"
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {name} TO {APP_ROLE} USING ({own}) WITH CHECK ({own})")
    op.execute(f"CREATE POLICY trusted ON {name} TO CURRENT_USER USING ({trusted})")
    op.execute(f"GRANT {grants} ON {name} TO {APP_ROLE}")


def trusted_function(signature: str, returns: str, body: str) -> None:
    """A function `yingda_app` may call that works across organisations: `body` is one query.

    `returns` is `TABLE (…)`, or the type of the only column.
    `app.trusted` lasts as long as the transaction and helps nobody but the owner, whom the function works as.
    """
    rows = returns if returns.startswith("TABLE") else f"SETOF {returns}"
    op.execute(
        f"CREATE FUNCTION {signature} RETURNS {rows} LANGUAGE plpgsql SECURITY DEFINER"
        " SET search_path = pg_catalog, public AS $function$\n"
        "#variable_conflict use_column\n"
        f"BEGIN PERFORM set_config('app.trusted', 'on', true); RETURN QUERY {body}; END $function$"
    )
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {APP_ROLE}")


def create_app_role() -> None:
    """The role the application works under. It belongs to the cluster, so it may exist already.

    Where the owner may not create roles, an administrator creates `yingda_app` (NOLOGIN) beforehand and
    grants it to the owner.
    """
    op.execute(
        f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
                CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database was faster
        END $$
        """
    )
    op.execute(
        f"""
        DO $$ BEGIN
            IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND NOT EXISTS (
                SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
                WHERE m.roleid = '{APP_ROLE}'::regrole AND r.rolname = current_user
                    AND coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
            ) THEN
                GRANT {APP_ROLE} TO CURRENT_USER;
            END IF;
        END $$
        """
    )
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
