"""Usage events → rated records; a call that is over is summed up, and again when usage comes late."""

from api.jobs.registry import Batch, listener
from api.v1.calls.listeners import call_of
from api.v1.calls.story import moment
from api.v1.usage import service
from voice_engine.kernel.events import EventType


@listener
def on_events(batch: Batch) -> None:
    """Record each use once."""
    fresh = False
    for event in batch.events:
        if event.type is EventType.USAGE:
            fresh |= service.record(
                batch.session,
                batch.org_id,
                call_id=event.call_id,
                session_id=event.session_id,
                used=event.data,
                used_at=moment(event.at_ms),
            )
    over = EventType.SESSION_ENDED in batch.types
    if over or (fresh and call_of(batch).status == "ended"):
        service.settle(batch.session, batch.org_id, batch.call_id)
