"""After a call: what its analysisPlan and its structured outputs ask for, found out once.

By the assistant's own model, or the platform's. Without any there is an extract in place of the summary,
which `summarySource` says, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import select

from api.db.outbox import enqueue
from api.db.tx import TenantSession
from api.jobs.context import Jobs
from api.jobs.registry import task
from api.v1.analysis.asking import Answered, answer, engine_settings, writer
from api.v1.analysis.asks import Ask, Subject, asks, long_enough, wants_summary
from api.v1.calls import summary
from api.v1.calls.continuing import append_call
from api.v1.calls.erasure import WAIT
from api.v1.calls.model import CallRow
from api.v1.structured_outputs.of_call import Outputs, outputs_of
from voice_engine.kernel import log
from voice_engine.kernel.clock import epoch_ms
from voice_engine.kernel.errors import BadRequest
from voice_engine.settings import EngineSettings
from voice_engine.spec import ModelSpec

Json = dict[str, Any]
_log = log.get("calls")


@dataclass(slots=True)
class Found:
    """What the row gets: `analysis` and `outputs` None where nothing was to be found out."""

    analysis: Json | None = None
    outputs: Json | None = None
    used: list[Json] = field(default_factory=list)


@task("calls.summarise")
def summarise(jobs: Jobs, org_id: str, *, callId: str) -> None:
    """Write the analysis once, then let the costs be settled. Twice is harmless: the first result stays."""
    with jobs.transaction(org_id) as session:
        row = _call(session, org_id, callId)
        if row is not None:
            append_call(session, row)
        outputs = outputs_of(session, row) if row and row.status == "ended" and not _done(row) else Outputs()
    if row is None or row.status != "ended":
        return
    found = Found() if _done(row) else _found(jobs, row, outputs)
    with jobs.transaction(org_id) as session:
        _write_down(jobs, session, org_id, row, found)


def model_of(settings: EngineSettings, row: CallRow) -> ModelSpec | None:
    """Who can write about a call."""
    model = row.spec.get("assistant", {}).get("model")
    return writer(settings, ModelSpec.model_validate(model) if model else None)


def _done(row: CallRow) -> bool:
    return row.analysis is not None or row.structured_outputs is not None


def _found(jobs: Jobs, row: CallRow, outputs: Outputs) -> Found:
    plan, settings = row.analysis_plan or {}, engine_settings(jobs)
    subject, model = Subject(row, jobs.clock.wall()), model_of(settings, row)
    wanted = list(asks(plan, subject)) if long_enough(plan, row.messages) else []
    planned = [(ask, model) for ask in wanted if isinstance(ask, Ask) and model]
    asked_of_outputs = outputs.questions(subject, model)
    answers = answer(settings, row.org_id, [*planned, *asked_of_outputs])
    mine, theirs = answers[: len(planned)], answers[len(planned) :]
    _report(row, model, wanted, answers)
    found = Found(used=[each.used for each in answers if each.used])
    if wanted:
        found.analysis = _analysis(plan, row, mine)
    if outputs:
        found.outputs = outputs.shown(subject, theirs)
    return found


def _analysis(plan: Json, row: CallRow, answers: Sequence[Answered]) -> Json:
    shown: Json = {}
    for each in answers:
        if each.why:
            continue
        if each.ask.kind == "summary":
            shown |= {"summary": each.value, "summarySource": "model"}
        elif each.ask.key:
            shown.setdefault("structuredDataMulti", []).append({each.ask.key: each.value})
        else:
            shown[each.ask.kind] = each.value
    if "summary" not in shown and wants_summary(plan):
        shown = {"summary": summary.extracted(row.messages), "summarySource": "extractive", **shown}
    return shown


def _report(
    row: CallRow, model: ModelSpec | None, wanted: Sequence[Ask | BadRequest], answers: Sequence[Answered]
) -> None:
    facts = {"call_id": row.id, "org_id": row.org_id}
    if wanted and model is None:
        _log.info("analysis_without_model", **facts)
    for refused in wanted:
        if isinstance(refused, BadRequest):
            _log.warning("analysis_not_asked", **facts, why=refused.message)
    for each in answers:
        if each.why:
            _log.warning(
                "analysis_failed", **facts, analysis=each.ask.usage_id, provider=each.provider, why=each.why
            )


def _write_down(jobs: Jobs, session: TenantSession, org_id: str, seen: CallRow, found: Found) -> None:
    row = _call(session, org_id, seen.id, lock=True)
    if row is None:
        return
    used: list[Json] = []
    if not _done(row):
        row.analysis, row.structured_outputs, used = found.analysis, found.outputs, found.used
    at_ms = epoch_ms(jobs.clock.wall())
    enqueue(session, org_id, "usage.settle", callId=row.id, sessionId=row.session_id, atMs=at_ms, used=used)
    if (row.artifact_plan or {}).get("loggingEnabled") is False:
        enqueue(session, org_id, "calls.forget_log", available_at=jobs.clock.wall() + WAIT, callId=row.id)


def _call(session: TenantSession, org_id: str, call_id: str, *, lock: bool = False) -> CallRow | None:
    statement = select(CallRow).where(CallRow.org_id == org_id, CallRow.id == call_id)
    return session.exec(statement.with_for_update() if lock else statement).first()
