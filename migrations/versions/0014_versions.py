"""Versions and drafts of assistants, and how calls are split between versions.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import tenant_table
from api.db.table import IdText

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = ("assistant_versions", "assistant_drafts", "traffic_allocations")


def upgrade() -> None:
    tenant_table(
        "assistant_versions",
        _assistant(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("description", sa.Text),
        *_configuration(),
        sa.Column("deleted", sa.Boolean, nullable=False, server_default="false"),
        sa.UniqueConstraint("assistant_id", "number", name="assistant_versions_number"),
    )
    tenant_table(
        "assistant_drafts",
        _assistant(),
        sa.Column("name", sa.Text),
        sa.Column("base", sa.Integer, nullable=False),
        *_configuration(),
    )
    op.create_index("assistant_drafts_assistant", "assistant_drafts", ["assistant_id"])
    tenant_table("traffic_allocations", _assistant(), sa.Column("allocations", JSONB, nullable=False))
    op.create_index("traffic_allocations_assistant", "traffic_allocations", ["assistant_id"])
    op.add_column("assistants", sa.Column("traffic", JSONB))
    op.add_column("calls", sa.Column("assistant_version", sa.Text))


def downgrade() -> None:
    op.drop_column("calls", "assistant_version")
    op.drop_column("assistants", "traffic")
    for table in _TABLES:
        op.drop_table(table)


def _assistant() -> sa.Column[str]:
    return sa.Column(
        "assistant_id", IdText, sa.ForeignKey("assistants.id", ondelete="CASCADE"), nullable=False
    )


def _configuration() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("config", JSONB, nullable=False),
        sa.Column("sealed", JSONB, nullable=False, server_default="{}"),
    )
