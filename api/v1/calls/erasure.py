"""What may not be kept is erased: recordings and words after their days, all of a call of which nothing may
be left, a log nobody wanted. Each time it is logged what was.

Usage and costs stay: they are what is billed, and hold no word that was said.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from api.db.outbox import enqueue
from api.db.tx import TenantSession
from api.jobs.context import Jobs
from api.jobs.registry import every, task
from api.v1.analysis.asking import engine_settings
from api.v1.calls.erased import is_erased
from api.v1.calls.model import CallRow
from api.v1.calls.recordings import erase
from voice_engine.blobs import LocalBlobs
from voice_engine.kernel import log
from voice_engine.kernel.clock import iso

Json = dict[str, Any]

AT_ONCE = 500  # calls of one round
WAIT = timedelta(minutes=1)  # for a report that has not been delivered yet
_log = log.get("calls")

_OPEN = """
SELECT 1 FROM webhook_deliveries WHERE call_id = :call AND status IN ('pending', 'sending')
UNION ALL SELECT 1 FROM outbox WHERE org_id = :org AND done_at IS NULL
    AND task IN ('calls.summarise', 'usage.settle', 'webhooks.report') AND args ->> 'callId' = :call
LIMIT 1
"""


@every("calls.erase", seconds=60)
def erase_due(jobs: Jobs) -> None:
    """Erase what is due, of whichever organisation."""
    with jobs.engine.connect() as connection:
        statement = text("SELECT id, org_id FROM calls_to_erase(:now, :most)")
        due = connection.execute(statement, {"now": jobs.clock.wall(), "most": AT_ONCE}).all()
    for call_id, org_id in due:
        with jobs.transaction(org_id) as session:
            _erase(jobs, session, call_id)


@task("calls.forget_log")
def forget_log(jobs: Jobs, org_id: str, *, callId: str) -> None:
    """Of a call whose artifactPlan has loggingEnabled false: once its report has been written."""
    with jobs.transaction(org_id) as session:
        row = _locked(session, callId)
        if row is None or is_erased(row):
            return
        if _unfinished(session, row):
            enqueue(session, org_id, "calls.forget_log", available_at=jobs.clock.wall() + WAIT, callId=callId)
            return
        events = _count(session, "DELETE FROM call_events WHERE call_id = :call", row)
        _note(row, "logAt", jobs.clock.wall(), events=events)


def _erase(jobs: Jobs, session: TenantSession, call_id: str) -> None:
    row, now = _locked(session, call_id), jobs.clock.wall()
    if row is None:
        return
    if row.recording_until and row.recording_until <= now:
        _erase_recording(LocalBlobs(engine_settings(jobs).blobs), row, now)
    if row.content_until and row.content_until <= now:
        if _unfinished(session, row):
            row.content_until = now + WAIT
        else:
            _erase_content(session, row, now)


def _erase_recording(blobs: LocalBlobs, row: CallRow, now: datetime) -> None:
    files = erase(blobs, row.recording_key) if row.recording_key else 0
    row.recording_key = row.recording_until = None
    _note(row, "recordingAt", now, files=files)


def _erase_content(session: TenantSession, row: CallRow, now: datetime) -> None:
    events = _count(session, "DELETE FROM call_events WHERE call_id = :call", row)
    bodies = _count(
        session,
        "UPDATE webhook_deliveries SET body = '', log = '[]' WHERE call_id = :call AND body <> ''",
        row,
    )
    messages = len(row.messages)
    row.messages, row.transcript, row.analysis = [], None, {}
    row.structured_outputs = _kept_outputs(row.structured_outputs)
    consent = (row.facts or {}).get("recordingConsent")
    row.facts = {"recordingConsent": consent} if consent else None
    row.spec = _without_words(row.spec)
    if row.assistant_overrides:
        row.assistant_overrides = {k: v for k, v in row.assistant_overrides.items() if k != "variableValues"}
    row.content_until = None
    _note(row, "contentAt", now, events=events, bodies=bodies, messages=messages)


def _kept_outputs(outputs: Json | None) -> Json | None:
    if outputs is None:
        return None
    kept = set(outputs.get("kept") or ())
    results = {id: found for id, found in outputs["results"].items() if id in kept}
    return {**outputs, "results": results, "skipped": {}}


def _without_words(spec: Json) -> Json:
    """The spec without prompts and first messages: the caller's data were filled into them."""
    members = (spec.get("squad") or {}).get("members") or ()
    kept = {**spec, "assistant": _wordless(spec.get("assistant") or {})}
    if members:
        silent = [{**member, "assistant": _wordless(member["assistant"])} for member in members]
        kept["squad"] = {**spec["squad"], "members": silent}
    return kept


def _wordless(assistant: Json) -> Json:
    model = {**(assistant.get("model") or {}), "messages": []}
    return {**assistant, "model": model, "first_message": ""}


def _note(row: CallRow, what: str, now: datetime, **counts: int) -> None:
    row.erased = {**(row.erased or {}), what: iso(now)}
    _log.info("call_erased", call_id=row.id, org_id=row.org_id, what=what.removesuffix("At"), **counts)


def _unfinished(session: TenantSession, row: CallRow) -> bool:
    bound = {"call": row.id, "org": row.org_id}
    return session.connection().execute(text(_OPEN), bound).first() is not None


def _count(session: TenantSession, statement: str, row: CallRow) -> int:
    return int(session.connection().execute(text(statement), {"call": row.id}).rowcount)


def _locked(session: TenantSession, call_id: str) -> CallRow | None:
    statement = select(CallRow).where(CallRow.org_id == session.org_id, CallRow.id == call_id)
    return session.exec(statement.with_for_update()).first()
