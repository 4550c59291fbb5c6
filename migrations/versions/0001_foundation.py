"""The role of the application; organisations, members, logins, API keys; outbox and idempotency keys.

Revision ID: 0001
Revises: -
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from api.db.ddl import create_app_role, isolate, tenant_table, trusted_function
from api.db.table import IdText, Timestamp

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY_COLUMNS = {
    "id": "text",
    "org_id": "text",
    "kind": "text",
    "scopes": "text[]",
    "restrictions": "jsonb",
    "hmac": "bytea",
    "expires_at": "timestamptz",
    "revoked_at": "timestamptz",
    "last_used_at": "timestamptz",
    "previous_expires_at": "timestamptz",
}


def upgrade() -> None:
    create_app_role()
    _organizations()
    _members()
    _api_keys()
    _outbox()
    _idempotency_keys()
    op.execute("GRANT SELECT ON alembic_version TO yingda_app")


def downgrade() -> None:
    for function in ("find_api_key(bytea)", "find_member_by_email(text)", "due_outbox(timestamptz, integer)"):
        op.execute(f"DROP FUNCTION {function}")
    for table in ("idempotency_keys", "outbox", "api_keys", "refresh_tokens", "logins", "members"):
        op.drop_table(table)
    op.drop_table("organizations")


def _organizations() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", IdText, primary_key=True),
        sa.Column("created_at", Timestamp, nullable=False),
        sa.Column("updated_at", Timestamp, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("settings", JSONB, nullable=False, server_default="{}"),
    )
    isolate("organizations", column="id", grants="SELECT, INSERT, UPDATE")


def _members() -> None:
    tenant_table(
        "members",
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text(collation="C"), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("failed_attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_until", Timestamp),
        sa.Column("last_login_at", Timestamp),
    )
    trusted_function(
        "find_member_by_email(address text)",
        "TABLE (id text, org_id text)",
        "SELECT m.id, m.org_id FROM members m WHERE m.email_key = address",
    )
    tenant_table(
        "logins",
        sa.Column("member_id", IdText, sa.ForeignKey("members.id", ondelete="CASCADE"), nullable=False),
        sa.Column("revoked_at", Timestamp),
    )
    op.create_index("logins_member", "logins", ["member_id"])
    tenant_table(
        "refresh_tokens",
        sa.Column("login_id", IdText, sa.ForeignKey("logins.id", ondelete="CASCADE"), nullable=False),
        sa.Column("hmac", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("expires_at", Timestamp, nullable=False),
        sa.Column("used_at", Timestamp),
    )
    op.create_index("refresh_tokens_login", "refresh_tokens", ["login_id"])


def _api_keys() -> None:
    tenant_table(
        "api_keys",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hmac", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("last4", sa.Text, nullable=False),
        sa.Column("scopes", ARRAY(sa.Text), nullable=False),
        sa.Column("restrictions", JSONB, nullable=False),
        sa.Column("expires_at", Timestamp),
        sa.Column("revoked_at", Timestamp),
        sa.Column("last_used_at", Timestamp),
        sa.Column("previous_hmac", sa.LargeBinary, unique=True),
        sa.Column("previous_expires_at", Timestamp),
        sa.CheckConstraint("kind IN ('private', 'public')", name="api_keys_kind"),
    )
    table = ", ".join(f"{name} {kind}" for name, kind in KEY_COLUMNS.items())
    names = ", ".join(f"k.{name}" for name in KEY_COLUMNS)
    trusted_function(
        "find_api_key(wanted bytea)",
        f"TABLE ({table})",
        f"SELECT {names} FROM api_keys k WHERE k.hmac = wanted OR k.previous_hmac = wanted",
    )


def _outbox() -> None:
    tenant_table(
        "outbox",
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("args", JSONB, nullable=False),
        sa.Column("available_at", Timestamp, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("done_at", Timestamp),
    )
    op.execute("CREATE INDEX outbox_due ON outbox (available_at) WHERE done_at IS NULL")
    trusted_function(
        "due_outbox(moment timestamptz, most integer)",
        "TABLE (id text, org_id text, task text)",
        "SELECT o.id, o.org_id, o.task FROM outbox o WHERE o.done_at IS NULL AND o.available_at <= moment"
        " ORDER BY o.available_at LIMIT most",
    )


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("org_id", IdText, sa.ForeignKey("organizations.id", ondelete="CASCADE")),
        sa.Column("caller_id", IdText),
        sa.Column("key", sa.Text(collation="C")),
        sa.Column("request_hash", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("response", sa.LargeBinary),
        sa.Column("created_at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("org_id", "caller_id", "key"),
    )
    isolate("idempotency_keys")
