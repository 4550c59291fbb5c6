"""A call is erased: its server is told so, or that it could not be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from api.db.tx import TenantSession, transaction
from api.v1.calls.model import CallRow
from api.v1.webhooks.telling import forget, tell
from api.v1.webhooks.words import call_event
from voice_engine.kernel.clock import epoch_ms
from voice_engine.kernel.errors import Unavailable

Json = dict[str, Any]


@contextmanager
def told_of(session: TenantSession, row: CallRow, shown: Callable[[], Json]) -> Iterator[None]:
    """The call is erased inside; `shown` is what it is (was). What was told of it before goes with it.

    An Unavailable undoes this transaction, so the failure is told of in another one.
    """
    server, wanted, was = row.server, row.server_messages, shown()
    now = epoch_ms(session.now())
    try:
        yield
    except Unavailable:
        with transaction(session.get_bind().engine, session.org_id, clock=session.clock) as other:
            other.info["send"] = session.info.get("send")
            failed = call_event("call.delete.failed", was, now)
            tell(other, session.org_id, "call", row.id, server, wanted, failed)
        raise
    forget(session, session.org_id, row.id)
    gone = call_event("call.deleted", _without_content(was), now)
    tell(session, session.org_id, "call", row.id, server, wanted, gone)


def _without_content(was: Json) -> Json:
    """Which call it was; not what was said in it, for that is erased."""
    kept = ("id", "orgId", "type", "createdAt", "updatedAt", "startedAt", "endedAt", "endedReason", "name")
    more = ("assistantId", "assistantVersion", "squadId", "customer", "phoneNumberId")
    return {**{name: was[name] for name in (*kept, *more) if name in was}, "status": "ended"}
