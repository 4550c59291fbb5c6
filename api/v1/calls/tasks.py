"""After a call: its summary. By the assistant's own model if it has a real one; otherwise quoted from the
conversation, and then the analysis says so in `summarySource`."""

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from api.db.outbox import enqueue
from api.db.tx import TenantSession
from api.jobs.context import Jobs
from api.jobs.registry import task
from api.v1.calls import summary
from api.v1.calls.model import CallRow
from voice_engine.kernel import log
from voice_engine.kernel.clock import epoch_ms
from voice_engine.kernel.errors import YingdaError
from voice_engine.providers.base import Llm, Message, Usage
from voice_engine.providers.realtime.models import realtime
from voice_engine.settings import EngineSettings
from voice_engine.spec import ModelSpec

NO_MODEL = frozenset({"scripted"})
LONGEST = 4_000  # characters of a summary that are kept
_SPARE_S = 1.0
_log = log.get("calls")


@dataclass(frozen=True, slots=True)
class Summary:
    """`source` is `model` or `extractive`; `used` is a usage record's content, None when nothing was used."""

    text: str
    source: str
    used: dict[str, Any] | None = None


@task("calls.summarise")
def summarise(jobs: Jobs, org_id: str, *, callId: str) -> None:
    """Write the analysis once, then let the costs be settled. Twice is harmless: the first result stays."""
    with jobs.transaction(org_id) as session:
        row = _call(session, org_id, callId)
    if row is None or row.status != "ended":
        return
    plan = row.analysis_plan or {}
    missing = not (row.analysis or {}).get("summarySource")
    made = _summary(jobs, row, plan) if missing and summary.is_wanted(plan, row.messages) else None
    with jobs.transaction(org_id) as session:
        _write_down(jobs, session, org_id, row, made)


def _write_down(jobs: Jobs, session: TenantSession, org_id: str, seen: CallRow, made: Summary | None) -> None:
    row = _call(session, org_id, seen.id, lock=True)
    if row is None:
        return
    used = None
    if made is not None and not (row.analysis or {}).get("summarySource"):
        row.analysis = {**(row.analysis or {}), "summary": made.text, "summarySource": made.source}
        used = made.used
    at_ms = epoch_ms(jobs.clock.wall())
    enqueue(session, org_id, "usage.settle", callId=row.id, sessionId=row.session_id, atMs=at_ms, used=used)


def _call(session: TenantSession, org_id: str, call_id: str, *, lock: bool = False) -> CallRow | None:
    statement = select(CallRow).where(CallRow.org_id == org_id, CallRow.id == call_id)
    return session.exec(statement.with_for_update() if lock else statement).first()


def _summary(jobs: Jobs, row: CallRow, plan: dict[str, Any]) -> Summary:
    model = _writer(ModelSpec.model_validate(row.spec["assistant"]["model"]))
    if model is None:
        return Summary(summary.extracted(row.messages), "extractive")
    deadline = summary.deadline_s(plan)
    try:
        asked = summary.prompt(plan, row, jobs.clock.wall())
        text, usage = asyncio.run(_ask(_settings(jobs), model, row.org_id, asked, deadline))
    except (YingdaError, TimeoutError) as error:
        _log.warning(
            "summary_failed", call_id=row.id, org_id=row.org_id, provider=model.provider, why=str(error)
        )
        return Summary(summary.extracted(row.messages), "extractive")
    if not text:
        return Summary(summary.extracted(row.messages), "extractive", _used(model, usage))
    return Summary(text[:LONGEST], "model", _used(model, usage))


def _writer(model: ModelSpec) -> ModelSpec | None:
    """Who can write: the model, or for a realtime one, which can only talk, its first plain stand-in."""
    if model.provider in NO_MODEL:
        return None
    return next((each for each in (model, *model.fallbacks) if not realtime(each)), None)


def _settings(jobs: Jobs) -> EngineSettings:
    """The vendors' keys from the environment, the rest as this process has it."""
    own = jobs.settings
    return EngineSettings(data_dir=own.data_dir, secret=own.secret, allowed_targets=own.allowed_targets)


async def _ask(
    settings: EngineSettings, model: ModelSpec, org_id: str, asked: list[Message], deadline: float
) -> tuple[str, Usage | None]:
    """The model's answer and what it used. Raises YingdaError (vendor, key, option) or TimeoutError."""
    # Vendors' libraries are loaded only where a vendor is asked: the events process imports this module too.
    from voice_engine.providers.factory import Factory

    text, usage = "", None
    async with asyncio.timeout(deadline + _SPARE_S):
        spec = model.model_copy(update={"tools": (), "timeout_s": deadline})
        llm: Llm = Factory(settings).llm(spec, org_id, hedged=False)
        async for delta in llm.reply(asked):
            text += delta.text
            usage = delta.usage or usage
    return text.strip(), usage


def _used(model: ModelSpec, usage: Usage | None) -> dict[str, Any] | None:
    if usage is None:
        return None
    return {
        "usageId": "analysis-summary",
        "component": "analysis",
        "provider": model.provider,
        "model": model.model,
        "quantities": dict(usage.quantities),
        "estimated": usage.estimated,
    }
