"""After the summary: what it cost is recorded, the call is summed up, and its report may leave."""

from typing import Any

from api.db.outbox import enqueue
from api.jobs.context import Jobs
from api.jobs.registry import task
from api.v1.calls.story import moment
from api.v1.usage import service


@task("usage.settle")
def settle(
    jobs: Jobs, org_id: str, *, callId: str, sessionId: str, atMs: int, used: dict[str, Any] | None = None
) -> None:
    """Record the analysis' use, if it used anything; running twice changes nothing."""
    with jobs.transaction(org_id) as session:
        if used:
            service.record(
                session, org_id, call_id=callId, session_id=sessionId, used=used, used_at=moment(atMs)
            )
        service.settle(session, org_id, callId)
        enqueue(session, org_id, "webhooks.report", callId=callId)
