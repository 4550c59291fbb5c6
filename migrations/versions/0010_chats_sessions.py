"""Conversations in text: sessions with their messages in order, chats, and calls that go on in a session.

Revision ID: 0010
Revises: 0009
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import tenant_table, trusted_function
from api.db.table import IdText, Timestamp

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _who_answers() -> list[sa.Column[Any]]:
    """Both sessions and chats say who answers, who is told, and what it cost."""
    return [
        sa.Column("name", sa.Text),
        sa.Column("assistant_id", IdText),
        sa.Column("assistant", JSONB),
        sa.Column("assistant_overrides", JSONB),
        sa.Column("squad_id", IdText),
        sa.Column("squad", JSONB),
        sa.Column("sealed", JSONB, nullable=False, server_default="{}"),
        sa.Column("guarded", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("state", JSONB, nullable=False, server_default="{}"),
        sa.Column("server", JSONB),
        sa.Column("server_messages", JSONB),
        sa.Column("costs", JSONB, nullable=False, server_default="[]"),
        sa.Column("cost_micros", sa.BigInteger, nullable=False, server_default="0"),
    ]


def upgrade() -> None:
    tenant_table(
        "sessions",
        *_who_answers(),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("expiration_seconds", sa.Integer, nullable=False),
        sa.Column("expires_at", Timestamp, nullable=False),
        sa.Column("customer", JSONB),
        sa.Column("last_seq", sa.Integer, nullable=False, server_default="0"),
        sa.Column("busy_with", IdText),
        sa.Column("busy_until", Timestamp),
    )
    op.execute("CREATE INDEX sessions_expiring ON sessions (expires_at) WHERE status = 'active'")
    _session_key = sa.ForeignKey("sessions.id", ondelete="CASCADE")
    tenant_table(
        "session_messages",
        sa.Column("session_id", IdText, _session_key, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("chat_id", IdText),
        sa.Column("call_id", IdText),
        sa.Column("message", JSONB, nullable=False),
        sa.UniqueConstraint("session_id", "seq"),
    )
    tenant_table(
        "chats",
        *_who_answers(),
        sa.Column("session_id", IdText, sa.ForeignKey("sessions.id", ondelete="CASCADE")),
        sa.Column("previous_chat_id", IdText),
        sa.Column("stream", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("input", JSONB, nullable=False),
        sa.Column("messages", JSONB, nullable=False),
        sa.Column("output", JSONB, nullable=False),
        sa.Column("latency_ms", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("chats_of_session", "chats", ["session_id", "created_at"])
    # No foreign key: a call outlives its session.
    op.add_column("calls", sa.Column("conversation_id", IdText))
    trusted_function(
        "expired_sessions(moment timestamptz, most integer)",
        "TABLE (id text, org_id text)",
        "SELECT s.id::text, s.org_id::text FROM sessions s"
        " WHERE s.status = 'active' AND s.expires_at <= moment ORDER BY s.expires_at LIMIT most",
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION expired_sessions(timestamptz, integer)")
    op.drop_column("calls", "conversation_id")
    op.drop_table("chats")
    op.drop_table("session_messages")
    op.drop_table("sessions")
