"""Squads, their conversations in text, and calls with a squad.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import tenant_table
from api.db.table import IdText

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CALLS = ("squad_id", "squad", "squad_overrides")


def upgrade() -> None:
    tenant_table(
        "squads",
        sa.Column("name", sa.Text),
        sa.Column("config", JSONB, nullable=False),
        sa.Column("sealed", JSONB, nullable=False, server_default="{}"),
    )
    tenant_table(
        "squad_sessions",
        sa.Column("squad_id", IdText, sa.ForeignKey("squads.id", ondelete="CASCADE"), nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("handoffs", sa.Integer, nullable=False, server_default="0"),
        sa.Column("context", JSONB, nullable=False, server_default="{}"),
        sa.Column("messages", JSONB, nullable=False, server_default="[]"),
    )
    op.create_index("squad_sessions_recent", "squad_sessions", ["squad_id", "updated_at"])
    # No foreign key: a call outlives its squad.
    op.add_column("calls", sa.Column("squad_id", IdText))
    op.add_column("calls", sa.Column("squad", JSONB))
    op.add_column("calls", sa.Column("squad_overrides", JSONB))


def downgrade() -> None:
    for column in CALLS:
        op.drop_column("calls", column)
    op.drop_table("squad_sessions")
    op.drop_table("squads")
