"""Assistants and calls.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import tenant_table
from api.db.table import IdText, Timestamp

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "assistants",
        sa.Column("name", sa.Text),
        sa.Column("config", JSONB, nullable=False),
        sa.Column("sealed", JSONB, nullable=False, server_default="{}"),
    )
    tenant_table("calls", *_identity(), *_configuration(), *_outcome())
    op.create_index("calls_assistant", "calls", ["org_id", "assistant_id", "created_at"])
    op.create_index("calls_session", "calls", ["session_id"], unique=True)


def downgrade() -> None:
    op.drop_table("calls")
    op.drop_table("assistants")


def _identity() -> list[sa.Column]:
    return [
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("ended_reason", sa.Text),
        sa.Column("name", sa.Text),
        # No foreign key: a call outlives its assistant.
        sa.Column("assistant_id", IdText),
        sa.Column("session_id", IdText, nullable=False),
        sa.Column("engine_id", sa.Text, nullable=False),
    ]


def _configuration() -> list[sa.Column]:
    return [
        sa.Column("assistant", JSONB),
        sa.Column("assistant_overrides", JSONB),
        sa.Column("sealed", JSONB, nullable=False, server_default="{}"),
        sa.Column("transport", JSONB, nullable=False),
        sa.Column("customer", JSONB),
        sa.Column("spec", JSONB, nullable=False),
        sa.Column("server", JSONB),
        sa.Column("server_messages", JSONB),
        sa.Column("analysis_plan", JSONB),
        sa.Column("listen_enabled", sa.Boolean, nullable=False, server_default="true"),
        sa.Column("control_enabled", sa.Boolean, nullable=False, server_default="true"),
    ]


def _outcome() -> list[sa.Column]:
    return [
        sa.Column("started_at", Timestamp),
        sa.Column("ended_at", Timestamp),
        sa.Column("messages", JSONB, nullable=False, server_default="[]"),
        sa.Column("transcript", sa.Text),
        sa.Column("recording_key", sa.Text),
        sa.Column("costs", JSONB, nullable=False, server_default="[]"),
        sa.Column("cost_micros", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("cost_breakdown", JSONB),
        sa.Column("analysis", JSONB),
        sa.Column("performance", JSONB),
    ]
