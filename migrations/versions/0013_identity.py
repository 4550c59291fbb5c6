"""Who did what; who is invited; which kind of answer an Idempotency-Key has.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from api.db.ddl import tenant_table, trusted_function
from api.db.table import IdText, Timestamp

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "idempotency_keys",
        sa.Column("media_type", sa.Text, nullable=False, server_default="application/json"),
    )
    _audit_logs()
    _invitations()
    _login_failures()


def downgrade() -> None:
    op.execute("DROP FUNCTION find_invitation(bytea)")
    op.drop_table("login_failures")
    op.drop_table("invitations")
    op.drop_table("audit_logs")
    op.drop_column("idempotency_keys", "media_type")


def _audit_logs() -> None:
    tenant_table(
        "audit_logs",
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", IdText, nullable=False),
        sa.Column("role", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("resource_id", sa.Text),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("fields", ARRAY(sa.Text), nullable=False),
        grants="SELECT, INSERT",
    )
    op.execute("CREATE INDEX audit_logs_resource ON audit_logs (org_id, resource_id, created_at DESC)")


def _invitations() -> None:
    tenant_table(
        "invitations",
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text(collation="C"), nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("hmac", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("invited_by", IdText, nullable=False),
        sa.Column("expires_at", Timestamp, nullable=False),
        sa.Column("accepted_at", Timestamp),
        sa.Column("revoked_at", Timestamp),
    )
    trusted_function(
        "find_invitation(wanted bytea)",
        "TABLE (id text, org_id text)",
        "SELECT i.id, i.org_id FROM invitations i WHERE i.hmac = wanted",
    )


def _login_failures() -> None:
    tenant_table(
        "login_failures",
        sa.Column("member_id", IdText, sa.ForeignKey("members.id", ondelete="CASCADE"), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("locked_until", Timestamp),
        sa.UniqueConstraint("member_id", "address", name="login_failures_place"),
    )
