"""Phone numbers; calls by telephone: dialled, scheduled, queued.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import tenant_table, trusted_function
from api.db.table import IdText, Timestamp

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COLUMNS = {
    "phone_number_id": IdText,  # no foreign key: a call outlives its number
    "destination": JSONB,
    "ended_message": sa.Text,
    "schedule_plan": JSONB,
    "starts_at": Timestamp,
    "expires_at": Timestamp,
    "dialled_at": Timestamp,
    "gateway_id": sa.Text,
    "phone_call_provider_id": sa.Text,
}
_INDEXES = {
    "calls_phone_number": "(org_id, phone_number_id, created_at DESC, id DESC)",
    "calls_squad": "(org_id, squad_id, created_at DESC, id DESC)",
    "calls_customer": "(org_id, customer_number, created_at DESC, id DESC)",
    "calls_scheduled": "(starts_at) WHERE status = 'scheduled'",
    "calls_queue": "(org_id, created_at, id) WHERE status = 'queued' AND type = 'outboundPhoneCall'"
    " AND dialled_at IS NULL",
}
_FUNCTIONS = ("due_calls(timestamptz, integer)", "queued_calls(integer)", "unfinished_calls()")
_STUCK = "stuck_calls(queued_before timestamptz, running_before timestamptz)"
_STUCK_BEFORE = "TABLE (id text, org_id text, status text, engine_id text)"
_STUCK_NOW = (
    "TABLE (id text, org_id text, status text, engine_id text, type text, gateway_id text, since timestamptz)"
)


def upgrade() -> None:
    tenant_table(
        "phone_numbers",
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("sip_uri", sa.Text),
        sa.Column("name", sa.Text),
        sa.Column("assistant_id", IdText),
        sa.Column("squad_id", IdText),
        sa.Column("credential_id", IdText),
        sa.Column("config", JSONB, nullable=False),
        sa.Column("sealed", JSONB, nullable=False, server_default="{}"),
        sa.Column("inbound_key", sa.Text),  # what an inbound call is found by: one owner in the installation
        sa.UniqueConstraint("inbound_key", name="phone_numbers_inbound"),
    )
    for name, kind in _COLUMNS.items():
        op.add_column("calls", sa.Column(name, kind))
    # A column, for under row-level security an index over ->> is not used: that operator is not leakproof.
    op.execute(
        "ALTER TABLE calls ADD COLUMN customer_number text GENERATED ALWAYS AS (customer ->> 'number') STORED"
    )
    for name, definition in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON calls {definition}")
    op.drop_index("calls_unfinished")
    op.execute(
        "CREATE INDEX calls_unfinished ON calls (org_id, created_at, id)"
        " WHERE status NOT IN ('ended', 'scheduled')"
    )
    op.execute("DROP FUNCTION stuck_calls(timestamptz, timestamptz)")
    trusted_function(
        _STUCK,
        _STUCK_NOW,
        "SELECT c.id::text, c.org_id::text, c.status, c.engine_id, c.type, c.gateway_id,"
        " coalesce(c.dialled_at, c.created_at) FROM calls c WHERE c.status NOT IN ('ended', 'scheduled')"
        " AND ((c.status IN ('queued', 'ringing') AND coalesce(c.dialled_at, c.created_at) < queued_before"
        " AND (c.type <> 'outboundPhoneCall' OR c.dialled_at IS NOT NULL))"
        " OR (c.status IN ('in-progress', 'forwarding') AND c.updated_at < running_before))",
    )
    _doors()


def _doors() -> None:
    """What the sweeps may see across organisations."""
    trusted_function(
        "due_calls(moment timestamptz, most integer)",
        "TABLE (id text, org_id text)",
        "SELECT c.id::text, c.org_id::text FROM calls c"
        " WHERE c.status = 'scheduled' AND c.starts_at <= moment ORDER BY c.starts_at LIMIT most",
    )
    trusted_function(
        "queued_calls(most integer)",
        "TABLE (id text, org_id text)",
        "SELECT q.id::text, q.org_id::text FROM ("
        " SELECT c.id, c.org_id,"
        " row_number() OVER (PARTITION BY c.org_id ORDER BY c.created_at, c.id) AS place"
        " FROM calls c WHERE c.status = 'queued' AND c.type = 'outboundPhoneCall' AND c.dialled_at IS NULL"
        ") q WHERE q.place <= most ORDER BY q.place",
    )
    trusted_function(
        "unfinished_calls()",
        "TABLE (id text, org_id text, since timestamptz, dialled boolean)",
        "SELECT c.id::text, c.org_id::text, coalesce(c.dialled_at, c.created_at),"
        " c.type <> 'outboundPhoneCall' OR c.dialled_at IS NOT NULL"
        " FROM calls c WHERE c.status NOT IN ('ended', 'scheduled')",
    )


def downgrade() -> None:
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP FUNCTION stuck_calls(timestamptz, timestamptz)")
    op.execute("DELETE FROM calls WHERE engine_id = ''")
    op.drop_index("calls_unfinished")
    op.execute(
        "CREATE INDEX calls_unfinished ON calls (status, created_at)"
        " WHERE status IN ('queued', 'in-progress')"
    )
    trusted_function(
        _STUCK,
        _STUCK_BEFORE,
        "SELECT c.id::text, c.org_id::text, c.status, c.engine_id FROM calls c"
        " WHERE (c.status = 'queued' AND c.created_at < queued_before)"
        " OR (c.status = 'in-progress' AND c.updated_at < running_before)",
    )
    for name in _INDEXES:
        op.drop_index(name)
    op.drop_column("calls", "customer_number")
    for name in _COLUMNS:
        op.drop_column("calls", name)
    op.drop_table("phone_numbers")
