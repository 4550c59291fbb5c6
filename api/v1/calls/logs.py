"""A call's log for people: its events as JSON lines, a sentence each, personal data masked."""

import gzip
from typing import Any

import orjson
from sqlmodel import col, select

from api.db.tx import TenantSession
from api.jobs.event_log import CallEventRow
from api.v1.calls.story import moment
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import NotFound
from voice_engine.kernel.mask import mask

Json = dict[str, Any]

_MOST = 50_000  # events; a longer call's log is cut there
_WARNINGS = frozenset({"provider.switched", "session.paused"})


def require_log(session: TenantSession, call_id: str) -> None:
    """Raise NotFound where there is nothing to show."""
    statement = select(CallEventRow.seq).where(
        CallEventRow.org_id == session.org_id, CallEventRow.call_id == call_id
    )
    if session.exec(statement.limit(1)).first() is None:
        message = "This call has no log: it has not begun, or its log has been erased."
        raise NotFound("log_not_found", message, id=call_id)


def log_of(session: TenantSession, call_id: str) -> bytes:
    """The log, gzipped; raises NotFound."""
    require_log(session, call_id)
    statement = select(CallEventRow).where(
        CallEventRow.org_id == session.org_id, CallEventRow.call_id == call_id
    )
    ordered = statement.order_by(col(CallEventRow.at_ms), CallEventRow.session_id, col(CallEventRow.seq))
    rows = session.exec(ordered.limit(_MOST)).all()
    return gzip.compress(b"".join(orjson.dumps(line(row)) + b"\n" for row in rows), mtime=0)


def line(row: CallEventRow) -> Json:
    """`{time, secondsFromStart, level, type, text, data}`."""
    return {
        "time": iso(moment(row.at_ms)),
        "secondsFromStart": round(row.t, 3),
        "level": _level(row),
        "type": row.type,
        "text": mask(_sentence(row.type, row.data)),
        "data": _masked(row.data),
    }


def _level(row: CallEventRow) -> str:
    if row.error is not None or row.type == "error":
        return "error"
    return "warn" if row.type in _WARNINGS else "info"


def _sentence(kind: str, data: Json) -> str:
    match kind:
        case "session.started":
            return f"The conversation began with {data.get('assistantName') or 'the assistant'}."
        case "session.ended":
            return f"The conversation ended: {data.get('endedReason', '')}."
        case "leg.status":
            return f"Telephone: {data.get('status', '')} {data.get('endedReason') or ''}".rstrip()
        case "transcript" | "turn.started" | "model.output":
            return f"{data.get('role', kind)}: {data.get('text', '')}"
        case "message":
            return f"{data.get('role', kind)}: {data.get('message', '')}"
        case "tool.calls":
            return "Tools called: " + ", ".join(str(call.get("name")) for call in data.get("toolCalls", ()))
        case "error":
            return f"{data.get('component', '')} {data.get('code', '')}: {data.get('message', '')}".strip()
    return kind


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if isinstance(value, dict):
        return {name: _masked(each) for name, each in value.items()}
    return value
