"""What the owner lacks when a migration is refused, and the SQL that gives it."""

from sqlalchemy import Engine, text

from api.db.engine import APP_ROLE
from voice_engine.kernel.errors import Unavailable

_STATE = f"""
    SELECT quote_ident(current_user), quote_ident(current_database()),
        EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}'),
        EXISTS (
            SELECT FROM pg_auth_members m
            JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
            WHERE r.rolname = '{APP_ROLE}' AND u.rolname = current_user
                AND coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
        ),
        has_schema_privilege(current_user, 'public', 'CREATE')
"""


def missing(engine: Engine, refusal: str) -> Unavailable:
    """The error to raise; `refusal` is PostgreSQL's own sentence."""
    with engine.connect() as connection:
        user, database, exists, member, creates = connection.execute(text(_STATE)).one()
    steps = []
    if not exists:
        steps.append(f"CREATE ROLE {APP_ROLE} NOLOGIN;")
    if not member:
        steps.append(f"GRANT {APP_ROLE} TO {user};")
    if not creates:
        steps.append(f"GRANT CREATE, USAGE ON SCHEMA public TO {user};")
    steps = steps or [f"ALTER DATABASE {database} OWNER TO {user};"]
    return Unavailable(
        "database_privilege_missing",
        f"The role {user} of DATABASE_URL lacks a privilege that the migrations need: {refusal}."
        f" Nothing was changed. Let an administrator run this in the database {database}:\n  "
        + "\n  ".join(steps)
        + "\nand then run `yingda migrate` again.",
    )
