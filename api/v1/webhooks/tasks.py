"""Deliveries leave: taken one at a time in the order of their subject, sent, what came of it written down.

A delivery is taken in one transaction, sent outside of any, and settled in another. A worker that dies in
between leaves a lease; when it runs out the message is sent again under the same webhook-id, by which the
receiver can tell. That is the only case in which a message that was received is sent twice.
"""

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from api.db.outbox import enqueue
from api.db.tx import TenantSession
from api.jobs import metrics
from api.jobs.context import Jobs
from api.jobs.registry import every, task
from api.v1.calls.links import Links
from api.v1.calls.model import CallRow
from api.v1.calls.read import call_body
from api.v1.webhooks import attempt, payload
from api.v1.webhooks.attempt import Verdict
from api.v1.webhooks.model import DeliveryRow
from api.v1.webhooks.repo import Deliveries, Told
from api.v1.webhooks.secrets import Secrets
from api.v1.webhooks.targets import authentication, own_headers
from voice_engine.kernel import log
from voice_engine.kernel.clock import epoch_ms
from voice_engine.kernel.errors import YingdaError
from voice_engine.messages import end_of_call_report
from voice_engine.outbound import Answer
from voice_engine.servers.ask import Ask, Servers

BUDGET_S = 20.0  # a drain that has worked so long lets others have the worker
_LEASE_SPARE_S = 10.0
_LOG_KEPT = 20
_SWEPT_S = 4
_log = log.get("webhooks")


@dataclass(frozen=True, slots=True)
class _Taken:
    """All that sending needs, so that no transaction stays open meanwhile."""

    id: str
    attempts: int
    type: str
    ask: Ask | YingdaError  # an error: it cannot be sent at all
    backoff: dict[str, Any] | None


@task("webhooks.report")
def report(jobs: Jobs, org_id: str, *, callId: str) -> None:
    """The end-of-call-report of a call that has been summed up, once."""
    with jobs.transaction(org_id) as session:
        row = session.exec(select(CallRow).where(CallRow.org_id == org_id, CallRow.id == callId)).first()
        if row is None or row.server is None or not payload.wants_report(row):
            return
        now = jobs.clock.wall()
        shown = call_body(row, Links(jobs.settings.public_url, jobs.settings.secret_bytes), now)
        body = payload.body(end_of_call_report(shown, epoch_ms(now)))
        told = [Told("end-of-call-report", "end-of-call-report", body)]
        if Deliveries(session, org_id).make(callId, row.server["url"], told):
            enqueue(session, org_id, "webhooks.drain", subjectId=callId)


@task("webhooks.drain")
def drain(jobs: Jobs, org_id: str, *, subjectId: str) -> None:
    """Send what is due about one subject; what is not due, or is held back, is found by the sweep."""
    deadline = time.monotonic() + BUDGET_S
    while (taken := _take(jobs, org_id, subjectId)) is not None:
        _settle(jobs, org_id, taken, *_send(jobs, org_id, taken))
        if time.monotonic() > deadline:
            with jobs.transaction(org_id) as session:
                enqueue(session, org_id, "webhooks.drain", subjectId=subjectId)
            return


@every("webhooks.sweep", seconds=5)
def sweep(jobs: Jobs) -> None:
    """Start a drain for whatever has something due: retries, messages that were held back, lost leases."""
    if jobs.start is None:
        return
    with jobs.engine.connect() as connection:
        statement = text("SELECT subject_id, org_id FROM due_deliveries(:now, 500)")
        due = connection.execute(statement, {"now": jobs.clock.wall()}).all()
    for subject_id, org_id in due:
        if jobs.redis.set(f"yingda:drain:{subject_id}", 1, nx=True, ex=_SWEPT_S):
            jobs.start("webhooks.drain", org_id, {"subjectId": subject_id})


def _take(jobs: Jobs, org_id: str, subject_id: str) -> _Taken | None:
    with jobs.transaction(org_id) as session:
        now = jobs.clock.wall()
        row = Deliveries(session, org_id).next_about(subject_id, now)
        if row is None:
            return None
        server = row.server or _server_of(session, row)
        if row.status == "sending":
            row.log = _logged(row, attempt.lost(row.attempts, now))
        timeout_s = float(server.get("timeoutSeconds") or 20)
        row.status, row.attempts = "sending", row.attempts + 1
        row.lease_until = now + timedelta(seconds=timeout_s + _LEASE_SPARE_S)
        ask = _ask(jobs, session, row, server, timeout_s)
        return _Taken(row.id, row.attempts, row.type, ask, server.get("backoffPlan"))


def _server_of(session: TenantSession, row: DeliveryRow) -> dict[str, Any]:
    found = session.exec(
        select(CallRow.server).where(CallRow.org_id == row.org_id, CallRow.id == row.call_id)
    )
    return dict(found.one() or {})


def _ask(
    jobs: Jobs, session: TenantSession, row: DeliveryRow, server: dict[str, Any], timeout_s: float
) -> Ask | YingdaError:
    """The request, all that is secret in it looked up, so that no transaction stays open while it is made."""
    try:
        proof = authentication(session, server)
    except YingdaError as error:
        return error
    signing = Secrets(session, jobs.settings.secret_bytes).valid()
    headers = own_headers(server, jobs.settings.secret_bytes, row.org_id)
    return Ask(row.url, row.body.encode(), headers, proof, signing, timeout_s, id=row.id)


def _send(jobs: Jobs, org_id: str, taken: _Taken) -> tuple[Answer | YingdaError, datetime, int]:
    at, started = jobs.clock.wall(), time.monotonic()
    result: Answer | YingdaError
    if isinstance(taken.ask, YingdaError):
        return taken.ask, at, 0
    try:
        servers = Servers(jobs.settings.secret_bytes, jobs.settings.allowed_targets, jobs.clock)
        result = servers.request_blocking(taken.ask, org_id)
    except YingdaError as error:
        result = error
    seconds = time.monotonic() - started
    metrics.delivery_seconds.observe(seconds)
    return result, at, round(seconds * 1000)


def _settle(
    jobs: Jobs, org_id: str, taken: _Taken, result: Answer | YingdaError, at: datetime, ms: int
) -> None:
    found = attempt.verdict(
        result, made=taken.attempts, backoff=taken.backoff, at=at, elapsed_ms=ms, random=random.random()
    )
    metrics.deliveries.labels(taken.type, found.outcome).inc()
    with jobs.transaction(org_id) as session:
        statement = select(DeliveryRow).where(DeliveryRow.org_id == org_id, DeliveryRow.id == taken.id)
        row = session.exec(statement.with_for_update()).first()
        if row is not None:
            _write_down(row, taken, found, jobs.clock.wall())
    _log.info(
        "webhook_attempted", delivery_id=taken.id, org_id=org_id, type=taken.type, attempt=taken.attempts,
        outcome=found.outcome, ms=ms, retry_in_s=None if found.delay_s is None else round(found.delay_s, 1),
    )  # fmt: skip


def _write_down(row: DeliveryRow, taken: _Taken, found: Verdict, now: datetime) -> None:
    """A success counts whoever brings it; a failure only if nobody has taken the delivery since."""
    row.log = _logged(row, found.entry)
    if found.delivered:
        row.status, row.delivered_at, row.next_at = "delivered", now, None
    elif row.status != "sending" or row.attempts != taken.attempts:
        return
    elif found.delay_s is None:
        row.status, row.next_at = "dead", None
    else:
        row.status, row.next_at = "pending", now + timedelta(seconds=found.delay_s)
    row.lease_until = None


def _logged(row: DeliveryRow, entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [*row.log, entry][-_LOG_KEPT:]
