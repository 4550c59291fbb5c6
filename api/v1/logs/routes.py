"""`/v1/logs`, and Vapi's `/logs`."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, Time, needs
from api.http.errors import errors
from api.http.pagination import Paged
from api.http.route import Resource
from api.http.scopes import covers
from api.jobs.event_log import CallEventRow
from api.v1.calls.logs import line
from api.v1.logs.repo import Logs
from api.v1.logs.schemas import (
    REACHABLE,
    Forgotten,
    Kind,
    LogDeletion,
    LogEntry,
    LogQuery,
    without_nothing,
)
from voice_engine.kernel.clock import epoch_ms, iso
from voice_engine.kernel.errors import BadRequest, Forbidden, Unauthorized

Json = dict[str, Any]
Reader = Annotated[Caller, Depends(needs("logs:read"))]
Writer = Annotated[Caller, Depends(needs("logs:write"))]

SETTLED = timedelta(hours=1)  # a younger message might be made again if it were forgotten
_AUDIT = "audit:read"
_STAY: dict[Kind, str] = {
    "API": "The log of writes cannot be changed; that is what it is for.",
    "Call": "The events of a call go with it: delete the call, or set compliancePlan.retentionDays.",
}


def list_logs(query: Annotated[LogQuery, Query()], who: Reader, db: Db) -> Response:
    """What was written over the API, told to servers, and happened in calls, a page at a time.

    Entries of type API are there for those who may read the audit log.
    """
    if query.page * query.limit > REACHABLE:
        message = f"page: only the first {REACHABLE} entries can be reached; go on with createdAtLt."
        raise BadRequest("page_too_deep", message, field="page")
    found = Logs(db).page(query, _kinds(query, who))
    shown = [_shown(db.org_id, *row) for row in found.rows]
    return json_answer({"results": shown, "metadata": _metadata(query, found.total)})


def delete(query: Annotated[LogDeletion, Query()], who: Writer, db: Db, time: Time) -> Response:
    """Forget messages to servers that are delivered or given up, and older than an hour."""
    if query.type != "Webhook":
        raise BadRequest("log_is_kept", f"type: {_STAY[query.type]}", field="type")
    return json_answer({"deleted": Logs(db).forget(query.call_id, time.wall() - SETTLED)})


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    made = Resource(prefix, tag="Logs")
    refusals = errors(BadRequest, Unauthorized, Forbidden)
    made.get("", response_model=Paged[LogEntry], responses=refusals)(list_logs)
    made.delete("", response_model=Forgotten, responses=refusals)(delete)
    return made


def _kinds(query: LogQuery, who: Caller) -> tuple[Kind, ...]:
    if query.type == "API":
        who.need(_AUDIT)
    if query.type is not None:
        return (query.type,)
    return ("API", "Webhook", "Call") if covers(who.scopes, _AUDIT) else ("Webhook", "Call")


def _metadata(query: LogQuery, total: int) -> Json:
    return {
        "itemsPerPage": query.limit,
        "totalItems": total,
        "currentPage": query.page,
        "totalPages": -(-total // query.limit) if query.limit else 0,
        "hasNextPage": query.page * query.limit < total,
        "sortOrder": query.sort_order,
    }


def _shown(org_id: str, at: Any, kind: Kind, id: str, call_id: str | None, facts: Json) -> Json:
    entry: Json = {"id": id, "orgId": org_id, "type": kind, "time": iso(at)}
    match kind:
        case "API":
            entry |= {
                "requestHttpMethod": facts["method"],
                "requestPath": facts["route"],
                "requestIpAddress": facts["address"],
                "requestId": facts["requestId"],
                "responseHttpCode": facts["status"],
                "error": facts["code"],
                "callId": call_id if facts["route"].startswith("/v1/calls/") else None,
            }
        case "Webhook":
            last = facts["last"] or {}
            entry |= {
                "callId": call_id,
                "webhookType": facts["type"],
                "requestUrl": facts["url"],
                "status": facts["status"],
                "attempts": facts["attempts"],
                "responseHttpCode": last.get("status"),
                "error": last.get("error"),
            }
        case "Call":
            entry |= _of_call(at, call_id or "", facts)
    return without_nothing(entry)


def _of_call(at: Any, call_id: str, facts: Json) -> Json:
    row = CallEventRow(
        session_id="", seq=0, org_id="", call_id=call_id, type=facts["type"], at_ms=epoch_ms(at),
        t=facts["seconds"], data=facts["data"], error=facts["error"],
    )  # fmt: skip
    told = line(row)
    said = {"event": facts["type"], "secondsFromStart": told["secondsFromStart"], "text": told["text"]}
    return {"callId": call_id, **said, "error": facts["error"]}


router = resource("/v1/logs")
