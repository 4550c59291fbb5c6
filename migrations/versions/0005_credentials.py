"""Credentials of vendors.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import tenant_table

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "credentials",
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("fields", JSONB, nullable=False, server_default="{}"),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("trial", JSONB),
    )


def downgrade() -> None:
    op.drop_table("credentials")
