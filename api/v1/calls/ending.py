"""How a call ends without an engine's saying so: never dialled, never connected, cancelled, given up."""

from datetime import datetime

from redis import Redis, RedisError

from api.db.outbox import enqueue
from api.db.tx import TenantSession
from api.v1.calls.erased import until
from api.v1.calls.lines import Lines
from api.v1.calls.model import CallRow
from api.v1.calls.read import light_body
from api.v1.webhooks.telling import tell
from api.v1.webhooks.words import status_update
from voice_engine.kernel import log
from voice_engine.kernel.clock import epoch_ms

NO_GATEWAY = "call.start.error-get-transport"
NO_GATEWAY_SAYS = (
    "The telephone is not configured: no gateway is registered with this installation. Start a SIP gateway "
    "(see the guide of phone numbers), or make the call over WebSocket."
)
TOO_LATE = "call.in-progress.error-vapifault-worker-not-available"
TOO_LATE_SAYS = "No line, gateway or engine was free until schedulePlan.latestAt, so nobody was called."
NOT_ANSWERED = "call.in-progress.error-providerfault-transport-never-connected"
NOT_ANSWERED_SAYS = "The telephone gateway took the call and was not heard of again."
CANCELLED = "manually-canceled"
SCHEDULE_DELETED = "scheduled-call-deleted"
_log = log.get("calls")


def end(
    session: TenantSession,
    row: CallRow,
    reason: str,
    message: str | None = None,
    *,
    at: datetime | None = None,
) -> None:
    """Set a locked row's end in this transaction, and see to its summing up. The line is `free_line`'s."""
    row.status, row.ended_reason, row.ended_message = "ended", reason, message
    row.ended_at = at or session.now()
    row.recording_until, row.content_until = until(row, row.ended_at)
    session.flush()
    tell_status(session, row)
    enqueue(session, row.org_id, "calls.summarise", callId=row.id)


def tell_status(session: TenantSession, row: CallRow) -> None:
    """Tell the call's server the status of a row that no engine and no gateway tells of."""
    at_ms = epoch_ms(session.now())
    more = {"endedReason": row.ended_reason}
    message = status_update(row.status, {**light_body(row), **_message(row)}, at_ms, **more)
    occasion = f"status:{row.status}"
    tell(session, row.org_id, "call", row.id, row.server, row.server_messages, message, occasion=occasion)


def _message(row: CallRow) -> dict[str, str]:
    return {"endedMessage": row.ended_message} if row.ended_message else {}


def free_line(session: TenantSession, redis: Redis, call_id: str) -> None:
    """Once this transaction is committed, another call may have this one's line."""
    org_id = session.org_id

    def free() -> None:
        try:
            Lines(redis).release(org_id, call_id)
        except RedisError as error:
            _log.warning("line_kept", call_id=call_id, org_id=org_id, why=str(error))  # the sweep frees it

    session.after_commit(free)
