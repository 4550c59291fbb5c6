"""A structured output drawn again from a call that is over: the result replaces the one it had."""

from typing import Any

from sqlmodel import select

from api.db.outbox import enqueue
from api.db.tx import TenantSession
from api.jobs.context import Jobs
from api.jobs.registry import task
from api.v1.analysis.asking import answer, engine_settings
from api.v1.analysis.asks import Subject
from api.v1.calls.model import CallRow
from api.v1.calls.tasks import model_of
from api.v1.structured_outputs.of_call import Output, Outputs, outputs
from api.v1.structured_outputs.repo import StructuredOutputs
from voice_engine.kernel.clock import epoch_ms

Json = dict[str, Any]


@task("structured_outputs.run")
def run(jobs: Jobs, org_id: str, *, callId: str, outputId: str, runId: str) -> None:
    """Ask once more; a call or an output that is gone by now is nobody's loss."""
    with jobs.transaction(org_id) as session:
        row = _call(session, callId)
        stored = StructuredOutputs(session, org_id).find(outputId)
        wanted = outputs(session, [Output(stored.id, stored.config)]) if stored else Outputs()
    if row is None or not wanted:
        return
    settings, subject = engine_settings(jobs), Subject(row, jobs.clock.wall())
    answers = answer(settings, org_id, wanted.questions(subject, model_of(settings, row)))
    drawn = wanted.shown(subject, answers)
    used = [{**each.used, "usageId": f"{each.ask.usage_id}-{runId}"} for each in answers if each.used]
    with jobs.transaction(org_id) as session:
        again = _call(session, callId, lock=True)
        if again is None:
            return
        again.structured_outputs = merged(again.structured_outputs or {}, drawn)
        enqueue(
            session, org_id, "usage.settle", callId=callId, sessionId=row.session_id,
            atMs=epoch_ms(jobs.clock.wall()), used=used, report=False,
        )  # fmt: skip


def merged(before: Json, drawn: Json) -> Json:
    """What a call has, with what was drawn anew in the place of what it had of the same."""
    gone = {*drawn["results"], *drawn["skipped"]}
    kept = {
        part: {id: value for id, value in (before.get(part) or {}).items() if id not in gone}
        for part in ("results", "skipped")
    }
    return {
        "results": {**kept["results"], **drawn["results"]},
        "skipped": {**kept["skipped"], **drawn["skipped"]},
        "kept": sorted({*(before.get("kept") or ()), *drawn["kept"]}),
        "updatedAt": drawn["updatedAt"],
    }


def _call(session: TenantSession, call_id: str, *, lock: bool = False) -> CallRow | None:
    statement = select(CallRow).where(CallRow.org_id == session.org_id, CallRow.id == call_id)
    return session.exec(statement.with_for_update() if lock else statement).first()
