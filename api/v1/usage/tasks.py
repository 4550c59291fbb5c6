"""After the analysis: what it cost is recorded, the call is summed up, and its report may leave."""

from typing import Any

from api.db.outbox import enqueue
from api.jobs.context import Jobs
from api.jobs.registry import task
from api.v1.calls.story import moment
from api.v1.usage import service

Used = dict[str, Any]


@task("usage.settle")
def settle(
    jobs: Jobs,
    org_id: str,
    *,
    callId: str,
    sessionId: str,
    atMs: int,
    used: list[Used] | Used | None = None,
    report: bool = True,
) -> None:
    """Record the analysis' uses, if there were any; running twice changes nothing.

    `report`: the call's report has been waiting for this.
    """
    with jobs.transaction(org_id) as session:
        for each in [used] if isinstance(used, dict) else used or ():
            service.record(
                session, org_id, call_id=callId, session_id=sessionId, used=each, used_at=moment(atMs)
            )
        service.settle(session, org_id, callId)
        if report:
            enqueue(session, org_id, "webhooks.report", callId=callId)
