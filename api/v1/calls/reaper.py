"""Calls that nobody runs any more are ended: their client never came, or their engine died for good.

An engine that dies is restarted and closes its books itself; the reaper is for machines that do not come
back. It looks twice, half a minute apart, and not at all while events are still on their way.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from api.jobs import metrics
from api.jobs.context import Jobs
from api.jobs.registry import every
from api.jobs.stream import STREAM
from api.v1.calls.ending import NOT_ANSWERED, NOT_ANSWERED_SAYS, end, free_line
from api.v1.calls.model import CallRow
from voice_engine.kernel import log

NEVER_CONNECTED = "call.in-progress.error-vapifault-transport-never-connected"
WORKER_DIED = "call.in-progress.error-vapifault-worker-died"
QUEUED_AT_MOST = timedelta(minutes=11)  # the spec and the URL are good for ten
GONE_S = 30.0
ENGINE_ALIVE_S = 600.0  # an engine that is there but does not run the call has had its chance to recover it
_log = log.get("calls")


@every("calls.reap", seconds=10)
def reap(jobs: Jobs) -> None:
    """End what nobody runs."""
    if jobs.redis.xlen(STREAM):
        return
    now = jobs.clock.wall()
    with jobs.engine.connect() as connection:
        statement = text("SELECT * FROM stuck_calls(:queued, :running)")
        moments = {"queued": now - timedelta(seconds=GONE_S), "running": now - timedelta(seconds=GONE_S)}
        stuck = connection.execute(statement, moments).all()
    for call in stuck:
        if call.status in ("in-progress", "forwarding"):
            if _is_gone(jobs, call.id, call.engine_id):
                _end(jobs, call.org_id, call.id, call.status, WORKER_DIED)
        elif _is_given_up(jobs, call, now) and not jobs.redis.exists(f"yingda:live:{call.id}"):
            telephone = call.type == "outboundPhoneCall"
            reason, says = (NOT_ANSWERED, NOT_ANSWERED_SAYS) if telephone else (NEVER_CONNECTED, None)
            _end(jobs, call.org_id, call.id, call.status, reason, says)


def _is_given_up(jobs: Jobs, call: Any, now: datetime) -> bool:
    """Whether nobody can connect to the call any more: too late, or its gateway is gone."""
    if now - call.since >= QUEUED_AT_MOST:
        return True
    return call.gateway_id is not None and not jobs.redis.exists(f"yingda:gateway:{call.gateway_id}")


def _is_gone(jobs: Jobs, call_id: str, engine_id: str) -> bool:
    """Whether nobody has held the call's lease since GONE_S ago. The first look only takes the time."""
    seen = f"yingda:missing:{call_id}"
    if jobs.redis.exists(f"yingda:live:{call_id}"):
        jobs.redis.delete(seen)
        return False
    now = jobs.clock.wall().timestamp()
    if jobs.redis.set(seen, now, nx=True, ex=3600):
        return False
    missing_s = now - float(jobs.redis.get(seen) or now)
    alive = jobs.redis.exists(f"yingda:engine:{engine_id}")
    return missing_s >= (ENGINE_ALIVE_S if alive else GONE_S)


def _end(jobs: Jobs, org_id: str, call_id: str, was: str, reason: str, message: str | None = None) -> None:
    with jobs.transaction(org_id) as session:
        statement = select(CallRow).where(CallRow.org_id == org_id, CallRow.id == call_id)
        row = session.exec(statement.with_for_update()).first()
        if row is None or row.status != was:
            return
        end(session, row, reason, message)
        free_line(session, jobs.redis, call_id)
    metrics.reaped.labels(reason).inc()
    _log.warning("call_reaped", call_id=call_id, org_id=org_id, reason=reason)
