"""The rules of deliveries for people: look at them, send one again."""

from api.db.outbox import enqueue
from api.v1.webhooks.model import DeliveryRow
from api.v1.webhooks.repo import HOLDS, Deliveries
from voice_engine.kernel.errors import Conflict


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
    now = deliveries.session.now()
    deliveries.change(
        row, status="pending", attempts=0, next_at=now, holds_until=now + HOLDS, delivered_at=None
    )
    enqueue(deliveries.session, deliveries.org_id, "webhooks.drain", callId=row.call_id)
    return row
