"""A row as the session that clients see. Pure."""

from collections.abc import Sequence
from typing import Any

from api.v1.text.columns import who_answers
from api.v1.text.messages import shown
from voice_engine.kernel.clock import iso
from voice_engine.kernel.money import MICROS

Json = dict[str, Any]


def session_body(row: Any, messages: Sequence[Json]) -> Json:
    """Vapi's Session, and when it expires."""
    body: Json = {
        "id": row.id,
        "orgId": row.org_id,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        **who_answers(row),
        "status": row.status,
        "expirationSeconds": row.expiration_seconds,
        "expiresAt": iso(row.expires_at),
        "customer": row.customer,
        "messages": shown(messages),
        "cost": row.cost_micros / MICROS,
        "costs": row.costs,
    }
    return {key: value for key, value in body.items() if value is not None}
