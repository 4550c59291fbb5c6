"""Events → deliveries, in the transaction that applies the events."""

from api.db.outbox import enqueue
from api.jobs.registry import Batch, listener
from api.v1.calls.listeners import call_of
from api.v1.calls.story import told
from api.v1.webhooks import payload
from api.v1.webhooks.repo import Deliveries


@listener
def on_events(batch: Batch) -> None:
    """One delivery per message the call's server asked for; a worker is told once per batch."""
    row = call_of(batch)
    if row.server is None or row.server_messages == []:
        return
    story, deliveries, made = told(batch.history), Deliveries(batch.session, batch.org_id), False
    for event in batch.events:
        for number, message in enumerate(payload.messages(event, row, story)):
            made |= deliveries.make(
                call_id=row.id,
                occasion=f"{event.session_id}:{event.seq}:{number}",
                type=message["type"],
                url=row.server["url"],
                body=payload.body(message),
            )
    if made:
        enqueue(batch.session, batch.org_id, "webhooks.drain", callId=row.id)
