"""The engine's events, what was used, what was told to the tenants' servers.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from api.db.ddl import isolate, tenant_table, trusted_function
from api.db.table import IdText, Timestamp

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "stuck_calls(timestamptz, timestamptz)",
    "waiting_sessions(timestamptz)",
    "due_deliveries(timestamptz, integer)",
    "purge_outbox(timestamptz)",
    "purge_idempotency_keys(timestamptz)",
)


def upgrade() -> None:
    _events()
    _usage()
    _webhooks()
    _doors()


def downgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.drop_index("calls_unfinished")
    for table in ("webhook_secrets", "webhook_deliveries", "usage_records", "call_sessions", "call_events"):
        op.drop_table(table)


def _call() -> sa.Column:
    return sa.Column("call_id", IdText, sa.ForeignKey("calls.id", ondelete="CASCADE"), nullable=False)


def _org() -> sa.Column:
    return sa.Column("org_id", IdText, sa.ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False)


def _events() -> None:
    op.create_table(
        "call_events",
        sa.Column("session_id", IdText),
        sa.Column("seq", sa.Integer),
        _org(),
        _call(),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("t", sa.Double, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("error", sa.Text),  # why it could not be applied; such an event is passed over
        sa.PrimaryKeyConstraint("session_id", "seq"),
    )
    op.create_index("call_events_call", "call_events", ["call_id"])
    isolate("call_events")
    op.create_table(
        "call_sessions",
        sa.Column("session_id", IdText, primary_key=True),
        _org(),
        _call(),
        sa.Column("applied_seq", sa.Integer, nullable=False, server_default="0"),
        sa.Column("waiting_since", Timestamp),  # a later event is here, the next one is not
    )
    op.create_index("call_sessions_call", "call_sessions", ["call_id"])
    op.execute(
        "CREATE INDEX call_sessions_waiting ON call_sessions (waiting_since) WHERE waiting_since IS NOT NULL"
    )
    isolate("call_sessions")


def _usage() -> None:
    tenant_table(
        "usage_records",
        # No foreign key: what was used stays to be billed when a call is deleted.
        sa.Column("call_id", IdText, nullable=False),
        sa.Column("session_id", IdText, nullable=False),
        sa.Column("usage_id", sa.Text, nullable=False),
        sa.Column("component", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("quantities", JSONB, nullable=False),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("used_at", Timestamp, nullable=False),
        sa.Column("cost_micros", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("unpriced", JSONB, nullable=False),
        sa.UniqueConstraint("session_id", "usage_id", name="usage_records_once"),
    )
    op.create_index("usage_records_call", "usage_records", ["call_id"])


def _webhooks() -> None:
    tenant_table(
        "webhook_deliveries",
        _call(),
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("occasion", sa.Text, nullable=False),  # what makes it unique in its call
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),  # the very bytes that are signed and sent
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", Timestamp),
        sa.Column("lease_until", Timestamp),
        sa.Column("holds_until", Timestamp, nullable=False),
        sa.Column("delivered_at", Timestamp),
        sa.Column("log", JSONB, nullable=False, server_default="[]"),
        sa.UniqueConstraint("call_id", "occasion", name="webhook_deliveries_once"),
        sa.CheckConstraint(
            "status IN ('pending', 'sending', 'delivered', 'dead')", name="webhook_deliveries_status"
        ),
    )
    op.execute(
        "CREATE INDEX webhook_deliveries_open ON webhook_deliveries (call_id, position)"
        " WHERE status IN ('pending', 'sending')"
    )
    tenant_table(
        "webhook_secrets",
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("previous_sealed", sa.Text),
        sa.Column("previous_until", Timestamp),
        sa.UniqueConstraint("org_id", name="webhook_secrets_one"),
    )


def _doors() -> None:
    """What the sweeper, the reaper and the purger may see and remove across organisations."""
    op.execute(
        "CREATE INDEX calls_unfinished ON calls (status, created_at)"
        " WHERE status IN ('queued', 'in-progress')"
    )
    trusted_function(
        "stuck_calls(queued_before timestamptz, running_before timestamptz)",
        "TABLE (id text, org_id text, status text, engine_id text)",
        "SELECT c.id::text, c.org_id::text, c.status, c.engine_id FROM calls c"
        " WHERE (c.status = 'queued' AND c.created_at < queued_before)"
        " OR (c.status = 'in-progress' AND c.updated_at < running_before)",
    )
    trusted_function(
        "waiting_sessions(since timestamptz)",
        "TABLE (session_id text, org_id text, call_id text)",
        "SELECT s.session_id::text, s.org_id::text, s.call_id::text FROM call_sessions s"
        " WHERE s.waiting_since < since",
    )
    trusted_function(
        "due_deliveries(moment timestamptz, most integer)",
        "TABLE (call_id text, org_id text)",
        "SELECT DISTINCT d.call_id::text, d.org_id::text FROM webhook_deliveries d"
        " WHERE (d.status = 'pending' AND d.next_at <= moment)"
        " OR (d.status = 'sending' AND d.lease_until <= moment) LIMIT most",
    )
    for name, condition in (
        ("outbox", "done_at < before"),
        ("idempotency_keys", "created_at < before"),
    ):
        trusted_function(
            f"purge_{name}(before timestamptz)",
            "bigint",
            f"WITH gone AS (DELETE FROM {name} WHERE {condition} RETURNING 1) SELECT count(*) FROM gone",
        )
