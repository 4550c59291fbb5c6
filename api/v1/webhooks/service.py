"""The rules of deliveries for people: look at them, send them again."""

from typing import Any

from api.db.outbox import enqueue
from api.db.repo import Window
from api.v1.webhooks.model import DeliveryRow
from api.v1.webhooks.repo import HOLDS, Deliveries
from voice_engine.kernel.errors import Conflict

MOST = 1000  # deliveries that one request sends again


def replay(deliveries: Deliveries, id: str) -> DeliveryRow:
    """Send a settled delivery again, the same bytes under the same webhook-id, with all its attempts.

    Raises NotFound, and Conflict for one that is still under way.
    """
    row = deliveries.lock(id)
    if row.status in ("pending", "sending"):
        raise Conflict(
            "delivery_under_way",
            "This delivery is still under way; wait until it is delivered or dead.",
            id=id,
        )
    _again(deliveries, row)
    enqueue(deliveries.session, deliveries.org_id, "webhooks.drain", subjectId=row.subject_id)
    return row


def replay_all(deliveries: Deliveries, filters: dict[str, Any], window: Window) -> int:
    """Likewise all settled ones that match, at most MOST, oldest first; how many they are."""
    rows = deliveries.settled(filters, window, MOST)
    for row in rows:
        _again(deliveries, row)
    for subject_id in dict.fromkeys(row.subject_id for row in rows):
        enqueue(deliveries.session, deliveries.org_id, "webhooks.drain", subjectId=subject_id)
    return len(rows)


def _again(deliveries: Deliveries, row: DeliveryRow) -> None:
    now = deliveries.session.now()
    deliveries.change(
        row, status="pending", attempts=0, next_at=now, holds_until=now + HOLDS, delivered_at=None
    )
