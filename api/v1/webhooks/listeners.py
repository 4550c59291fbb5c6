"""Events → deliveries, in the transaction that applies the events."""

from api.db.outbox import enqueue
from api.jobs.registry import Batch, listener
from api.v1.calls.listeners import call_of, story_of
from api.v1.webhooks import payload
from api.v1.webhooks.repo import Deliveries, Told


@listener
def on_events(batch: Batch) -> None:
    """One delivery per message the call's server asked for; a worker is told once per batch."""
    row = call_of(batch)
    if row.server is None or row.server_messages == []:
        return
    told = [
        Told(f"{event.session_id}:{event.seq}:{number}", message["type"], payload.body(message))
        for event in batch.events
        for number, message in enumerate(payload.messages(event, row, lambda: story_of(batch)))
    ]
    if Deliveries(batch.session, batch.org_id).make(row.id, row.server["url"], told):
        enqueue(batch.session, batch.org_id, "webhooks.drain", subjectId=row.id)
