"""Prices and exchange rates that the operator has entered, by the moment from which they hold.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.engine import APP_ROLE
from api.db.table import IdText, Timestamp

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price_revisions",
        sa.Column("id", IdText, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("row", JSONB, nullable=False),
        sa.Column("valid_from", Timestamp, nullable=False),
        sa.Column("created_at", Timestamp, nullable=False),
        sa.CheckConstraint("kind IN ('price', 'rate')", name="price_revisions_kind"),
    )
    # The whole installation's: every organisation reads, only the owner writes.
    op.execute("ALTER TABLE price_revisions ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE price_revisions FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY everybody ON price_revisions FOR SELECT TO {APP_ROLE} USING (true)")
    op.execute("CREATE POLICY operator ON price_revisions TO CURRENT_USER USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT ON price_revisions TO {APP_ROLE}")


def downgrade() -> None:
    op.drop_table("price_revisions")
