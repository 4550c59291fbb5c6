"""What comes of a call: plans it was made with, structured outputs, when what is erased.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import tenant_table, trusted_function
from api.db.table import Timestamp

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_CALL_COLUMNS = (
    ("artifact_plan", JSONB),
    ("compliance_plan", JSONB),
    ("structured_outputs", JSONB),
    ("facts", JSONB),
    ("recording_until", Timestamp),
    ("content_until", Timestamp),
    ("erased", JSONB),
)


def upgrade() -> None:
    """Columns of calls, the table of structured outputs, the doors of the eraser."""
    for name, kind in _CALL_COLUMNS:
        op.add_column("calls", sa.Column(name, kind))
    for name in ("recording_until", "content_until"):
        op.execute(f"CREATE INDEX calls_{name} ON calls ({name}) WHERE {name} IS NOT NULL")
    tenant_table(
        "structured_outputs",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("config", JSONB, nullable=False),
    )
    op.execute(
        "CREATE INDEX structured_outputs_assistants ON structured_outputs"
        " USING gin ((config -> 'assistantIds'))"
    )
    op.execute(
        "CREATE INDEX call_events_notable ON call_events (org_id, at_ms DESC)"
        " WHERE type IN ('session.started', 'session.ended', 'error', 'provider.switched')"
    )
    trusted_function(
        "calls_to_erase(moment timestamptz, most integer)",
        "TABLE (id text, org_id text)",
        "SELECT c.id::text, c.org_id::text FROM calls c"
        " WHERE c.recording_until <= moment OR c.content_until <= moment LIMIT most",
    )


def downgrade() -> None:
    """Without them."""
    op.execute("DROP FUNCTION calls_to_erase(timestamptz, integer)")
    op.drop_index("call_events_notable")
    op.drop_table("structured_outputs")
    for name, _ in reversed(_CALL_COLUMNS):
        op.drop_column("calls", name)
