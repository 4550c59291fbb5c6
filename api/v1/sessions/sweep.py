"""Sessions that expired are completed."""

from sqlalchemy import text

from api.jobs.context import Jobs
from api.jobs.registry import every
from api.v1.sessions.repo import Sessions
from voice_engine.kernel import log

_MOST = 500
_log = log.get("sessions")


@every("sessions.expire", seconds=60)
def expire(jobs: Jobs) -> None:
    """Complete what nobody has used in time; what somebody is using now is looked at again later."""
    now = jobs.clock.wall()
    with jobs.engine.connect() as connection:
        statement = text("SELECT id, org_id FROM expired_sessions(:now, :most)")
        found = connection.execute(statement, {"now": now, "most": _MOST}).all()
    for id, org_id in found:
        with jobs.transaction(org_id) as session:
            sessions = Sessions(session, org_id)
            row = sessions.find(id) and sessions.lock(id)
            if row and row.status == "active" and row.expires_at <= now:
                sessions.change(row, status="completed")
    if found:
        _log.info("sessions_expired", sessions=len(found))
