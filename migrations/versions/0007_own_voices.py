"""Voices of one's own.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import tenant_table

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "own_voices",
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("voice_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False, server_default=""),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("consent", JSONB),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("credential_id", sa.Text),
        sa.UniqueConstraint("org_id", "provider", "name", name="own_voices_name"),
        sa.CheckConstraint("status IN ('ready', 'processing', 'failed')", name="own_voices_status"),
    )


def downgrade() -> None:
    op.drop_table("own_voices")
