"""Calls in pages over HTTP: /v2/calls and Vapi's /v2/call, with the filters of a dashboard, and exports."""

from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from sqlmodel import col
from starlette.responses import Response, StreamingResponse

from api.db.tx import TenantSession
from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, Time, needs
from api.http.errors import errors
from api.http.pagination import Paged, paged
from api.http.route import Resource
from api.v1.calls.deps import CallParts
from api.v1.calls.export import CallExportQuery, checked, exported
from api.v1.calls.listing import SORTS, CallPageQuery, conditions
from api.v1.calls.model import CallRow
from api.v1.calls.read import call_body, light_body
from api.v1.calls.repo import Calls
from api.v1.calls.schemas import Call, CallMetadata
from voice_engine.kernel.errors import BadRequest, Forbidden, Unauthorized

Reader = Annotated[Caller, Depends(needs("calls:read"))]
_LIGHT = tuple(
    col(getattr(CallRow, name))
    for name in (
        "id", "org_id", "created_at", "updated_at", "type", "status", "ended_reason", "started_at",
        "ended_at", "name", "assistant_id", "assistant_version", "squad_id", "phone_number_id",
        "customer", "cost_micros",
    )
)  # fmt: skip
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def page(
    query: Annotated[CallPageQuery, Query()], who: Reader, db: Db, parts: CallParts, time: Time
) -> Response:
    """Calls in pages, by any of the filters together."""
    now = time.wall()
    show = partial(_shown, parts=parts, now=now)
    return json_answer(paged(Calls(db, db.org_id), query, show, *conditions(query), sorts=SORTS))


def metadata(query: Annotated[CallPageQuery, Query()], who: Reader, db: Db) -> Response:
    """The same, each call in a few words: no messages, no transcript, no artifact."""
    calls = Calls(db, db.org_id)
    where = conditions(query)
    return json_answer(paged(calls, query, light_body, *where, sorts=SORTS, columns=_LIGHT))


def export(
    query: Annotated[CallExportQuery, Query()], who: Reader, request: Request, parts: CallParts, time: Time
) -> Response:
    """Every call that satisfies the filters, as a CSV or JSON file."""
    checked(query)
    wiring = request.app.state.wiring
    opened = partial(TenantSession, wiring.engine, who.org_id, wiring.clock)
    show = partial(_shown, parts=parts, now=time.wall())
    headers = {"Content-Disposition": f'attachment; filename="calls.{query.format}"'}
    content = exported(query, opened, show)
    return StreamingResponse(content, media_type=_TYPES[query.format], headers=headers)


def _shown(row: CallRow, parts: Any, now: Any) -> dict[str, Any]:
    return call_body(row, parts.links, now)


def paged_resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="Calls")
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    router.get("", response_model=Paged[Call], responses=wrong)(page)
    router.get("/metadata", response_model=Paged[CallMetadata], responses=wrong)(metadata)
    content = {"content": {"text/csv": {}, "application/json": {}}, "description": "the file"}
    router.get("/export", response_class=Response, responses=wrong | {200: content})(export)
    return router


paged_router = paged_resource("/v2/calls")
