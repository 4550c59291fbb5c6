"""Outbox rows → work done. Celery says *when* to look at a row; the row says what is to be done, and whether.

A row is taken by moving its `available_at` past the time the work may take, so a second message for the same
row finds it not yet available and goes home. A worker that dies leaves the row to the sweeper.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import Celery
from sqlmodel import select

from api.db.outbox import OutboxRow, Send, due
from api.jobs import metrics
from api.jobs.context import Jobs, Start
from api.jobs.registry import TASKS
from api.jobs.retry import TASK, next_delay
from voice_engine.kernel import log

LEASE_S = 60.0  # work that takes longer may be started a second time, which tasks must bear anyway
OVERDUE_S = 5.0  # a row this late was not sent, or its message was lost
_SENT_S = 60  # a row is not sent again within this: a busy broker must not be fed copies
_log = log.get("jobs")


@dataclass(frozen=True, slots=True)
class _Taken:
    task: str
    args: dict[str, Any]
    attempts: int


def celery_send(app: Celery) -> Send:
    """A `Send` that puts a message for a row on the broker; raises when the broker is away."""

    def send(outbox_id: str, org_id: str, task: str) -> None:
        app.send_task("yingda.run", args=[outbox_id, org_id], retry=False)

    return send


def celery_start(app: Celery) -> Start:
    """A `Start` that puts a message for a task on the broker; raises when the broker is away."""

    def start(task: str, org_id: str, args: dict[str, Any]) -> None:
        app.send_task("yingda.do", args=[task, org_id, args], retry=False)

    return start


def perform(jobs: Jobs, outbox_id: str, org_id: str) -> bool:
    """Do what a row says, unless it is done, taken or not due; False when there was nothing to do."""
    taken = _take(jobs, outbox_id, org_id)
    if taken is None:
        return False
    try:
        TASKS[taken.task](jobs, org_id, **taken.args)
    except Exception as error:  # noqa: BLE001 - boundary: whatever a task raises is logged and retried
        _failed(jobs, outbox_id, org_id, taken, error)
    else:
        metrics.tasks.labels(taken.task, "done").inc()
        _settle(jobs, outbox_id, org_id, done_at=jobs.clock.wall())
    return True


def sweep(jobs: Jobs) -> int:
    """Send the rows that should have been done by now; how many."""
    overdue = jobs.clock.wall() - timedelta(seconds=OVERDUE_S)
    sent = 0
    for row in due(jobs.engine, overdue, limit=500):
        fresh = jobs.redis.set(f"yingda:sent:{row.id}", 1, nx=True, ex=_SENT_S)
        if fresh and jobs.send is not None:
            jobs.send(row.id, row.org_id, row.task)
            sent += 1
    metrics.outbox_overdue.set(sent)
    return sent


def _take(jobs: Jobs, outbox_id: str, org_id: str) -> _Taken | None:
    with jobs.transaction(org_id) as session:
        statement = select(OutboxRow).where(OutboxRow.org_id == org_id, OutboxRow.id == outbox_id)
        row = session.exec(statement.with_for_update()).first()
        now = jobs.clock.wall()
        if row is None or row.done_at is not None or row.available_at > now:
            return None
        row.attempts += 1
        row.available_at = now + timedelta(seconds=LEASE_S)
        return _Taken(row.task, row.args, row.attempts)


def _failed(jobs: Jobs, outbox_id: str, org_id: str, taken: _Taken, error: Exception) -> None:
    delay = next_delay(TASK, taken.attempts, random=random.random())
    now = jobs.clock.wall()
    facts = {"task": taken.task, "outbox_id": outbox_id, "org_id": org_id, "attempts": taken.attempts}
    if delay is None:
        _log.error("task_given_up", **facts, exc_info=error)
        metrics.tasks.labels(taken.task, "given_up").inc()
        _settle(jobs, outbox_id, org_id, done_at=now)
        return
    _log.warning("task_failed", **facts, retry_in_s=round(delay, 1), exc_info=error)
    metrics.tasks.labels(taken.task, "failed").inc()
    _settle(jobs, outbox_id, org_id, available_at=now + timedelta(seconds=delay))


def _settle(jobs: Jobs, outbox_id: str, org_id: str, **columns: datetime) -> None:
    with jobs.transaction(org_id) as session:
        statement = select(OutboxRow).where(OutboxRow.org_id == org_id, OutboxRow.id == outbox_id)
        row = session.exec(statement).first()
        if row is not None:
            for name, value in columns.items():
                setattr(row, name, value)
