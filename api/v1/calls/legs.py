"""What a gateway tells of its leg of a call: it rings, it is answered, nobody could be reached."""

from typing import Any

from api.jobs.registry import Batch, listener
from api.v1.calls.control import Switchboard
from api.v1.calls.ending import end, free_line
from api.v1.calls.listeners import call_of
from api.v1.calls.model import CallRow
from api.v1.calls.story import moment
from voice_engine.kernel.events import Event, EventType

FAILED = "call.in-progress.error-sip-outbound-call-failed-to-connect"
_LONGEST = 200  # characters of a gateway's word
_LONGEST_SENTENCE = 1000


@listener
def on_leg(batch: Batch) -> None:
    """Bring the call's status up to date until its conversation has begun; from then on the engine tells."""
    for event in batch.events:
        if event.type is EventType.LEG_STATUS:
            _heard(batch, call_of(batch), event)


def _heard(batch: Batch, row: CallRow, event: Event) -> None:
    if row.status == "ended":
        return
    if id := _text(event.data, "providerId", _LONGEST):
        row.phone_call_provider_id = id
    status = event.data.get("status")
    if status == "ringing" and row.status == "queued":
        row.status = "ringing"
    elif status in ("failed", "ended") and row.started_at is None:
        reason = _text(event.data, "endedReason", _LONGEST) or FAILED
        says = _text(event.data, "endedMessage", _LONGEST_SENTENCE)
        end(batch.session, row, reason, says, at=moment(event.at_ms))
        free_line(batch.session, batch.jobs.redis, row.id)
        batch.session.after_commit(lambda: Switchboard(batch.jobs.redis).forget(row.session_id))


def _text(data: dict[str, Any], name: str, longest: int) -> str | None:
    value = data.get(name)
    return value[:longest] if isinstance(value, str) and value else None
