"""Tools, files and knowledge bases.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import tenant_table
from api.db.table import IdText

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_EMPTY = sa.text("'{}'::jsonb")


def upgrade() -> None:
    tenant_table(
        "tools",
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("config", JSONB, nullable=False, server_default=_EMPTY),
        sa.Column("sealed", JSONB, nullable=False, server_default=_EMPTY),
    )
    tenant_table(
        "files",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("original_name", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text),
        sa.Column("mimetype", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("text_key", sa.Text),
        sa.Column("text_bytes", sa.BigInteger),
        sa.Column("labels", JSONB, nullable=False, server_default=_EMPTY),
        sa.CheckConstraint("status IN ('processing', 'done', 'failed')", name="files_status"),
    )
    tenant_table(
        "knowledge_bases",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
    )
    tenant_table(
        "knowledge_base_files",
        sa.Column(
            "knowledge_base_id",
            IdText,
            sa.ForeignKey("knowledge_bases.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("file_id", IdText, sa.ForeignKey("files.id", ondelete="CASCADE"), nullable=False),
        sa.UniqueConstraint("knowledge_base_id", "file_id", name="knowledge_base_files_once"),
    )
    op.create_index("knowledge_base_files_file", "knowledge_base_files", ["file_id"])
    tenant_table(
        "custom_knowledge_bases",
        sa.Column("name", sa.Text),
        sa.Column("config", JSONB, nullable=False, server_default=_EMPTY),
        sa.Column("sealed", JSONB, nullable=False, server_default=_EMPTY),
    )


def downgrade() -> None:
    for table in ("custom_knowledge_bases", "knowledge_base_files", "knowledge_bases", "files", "tools"):
        op.drop_table(table)
