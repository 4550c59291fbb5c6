"""Server messages about chats and sessions too, and about calls that are gone.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import trusted_function
from api.db.table import IdText

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLE = "webhook_deliveries"


def upgrade() -> None:
    _may_see_all_rows()
    op.add_column(_TABLE, sa.Column("subject", sa.Text, nullable=False, server_default="call"))
    op.add_column(_TABLE, sa.Column("subject_id", IdText))
    op.add_column(_TABLE, sa.Column("server", JSONB))  # none: the call's
    op.execute(f"UPDATE {_TABLE} SET subject_id = call_id")
    op.alter_column(_TABLE, "subject_id", nullable=False)
    op.alter_column(_TABLE, "call_id", nullable=True)
    op.drop_constraint("webhook_deliveries_once", _TABLE)
    op.create_unique_constraint("webhook_deliveries_once", _TABLE, ["subject_id", "occasion"])
    op.create_index("webhook_deliveries_call", _TABLE, ["call_id"])
    op.drop_index("webhook_deliveries_open", _TABLE)
    _index_open("subject_id")
    _due("subject_id")


def downgrade() -> None:
    _may_see_all_rows()
    op.execute(f"DELETE FROM {_TABLE} WHERE call_id IS NULL")
    op.drop_index("webhook_deliveries_open", _TABLE)
    _index_open("call_id")
    op.drop_index("webhook_deliveries_call", _TABLE)
    op.drop_constraint("webhook_deliveries_once", _TABLE)
    op.create_unique_constraint("webhook_deliveries_once", _TABLE, ["call_id", "occasion"])
    op.alter_column(_TABLE, "call_id", nullable=False)
    for column in ("server", "subject_id", "subject"):
        op.drop_column(_TABLE, column)
    _due("call_id")


def _may_see_all_rows() -> None:
    """Row-level security holds for the owner too."""
    op.execute("SELECT set_config('app.trusted', 'on', true)")


def _index_open(column: str) -> None:
    op.execute(
        f"CREATE INDEX webhook_deliveries_open ON {_TABLE} ({column}, position)"
        " WHERE status IN ('pending', 'sending')"
    )


def _due(column: str) -> None:
    op.execute("DROP FUNCTION due_deliveries(timestamptz, integer)")
    trusted_function(
        "due_deliveries(moment timestamptz, most integer)",
        f"TABLE ({column} text, org_id text)",
        f"SELECT DISTINCT d.{column}::text, d.org_id::text FROM {_TABLE} d"
        " WHERE (d.status = 'pending' AND d.next_at <= moment)"
        " OR (d.status = 'sending' AND d.lease_until <= moment) LIMIT most",
    )
