"""Periodic work of the job system itself: what was not sent is sent, what is old is removed."""

from datetime import timedelta

from sqlalchemy import text

from api.jobs import outbox
from api.jobs.context import Jobs
from api.jobs.registry import every
from voice_engine.kernel import log

_KEPT = timedelta(hours=24)
_log = log.get("jobs")


@every("outbox.sweep", seconds=5)
def sweep_outbox(jobs: Jobs) -> None:
    """Tasks whose message was lost, or that are due again."""
    sent = outbox.sweep(jobs)
    if sent:
        _log.info("outbox_swept", sent=sent)


@every("purge", seconds=3600)
def purge(jobs: Jobs) -> None:
    """Done outbox rows and idempotency keys, a day old."""
    before = jobs.clock.wall() - _KEPT
    with jobs.engine.connect() as connection:
        for table in ("outbox", "idempotency_keys"):
            gone = connection.execute(text(f"SELECT purge_{table}(:before)"), {"before": before}).scalar()
            _log.info("purged", table=table, rows=gone)
