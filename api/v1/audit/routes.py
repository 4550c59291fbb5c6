"""`/v1/audit-logs`: who wrote what, and who was refused. Read only: there is no way to change it."""

from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.pagination import Paged, paged
from api.http.route import Resource
from api.v1.audit.model import AuditRow
from api.v1.audit.repo import AuditLogs
from api.v1.audit.schemas import AuditLog, AuditQuery
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest, Forbidden, NotFound, Unauthorized

Reader = Annotated[Caller, Depends(needs("audit:read"))]
_EQUAL = ("actor_id", "resource_id", "method", "route", "address")
_FIRST_REFUSAL = 400

router = Resource("/v1/audit-logs", tag="Audit log")


@router.get("", response_model=Paged[AuditLog], responses=errors(BadRequest, Unauthorized, Forbidden))
def list_(query: Annotated[AuditQuery, Query()], who: Reader, db: Db) -> Response:
    """Writes and refused writes, logins and failed logins, newest first."""
    table: Any = AuditRow
    where = [getattr(table, name) == value for name in _EQUAL if (value := getattr(query, name)) is not None]
    if query.outcome is not None:
        done = query.outcome == "done"
        where.append(table.status < _FIRST_REFUSAL if done else table.status >= _FIRST_REFUSAL)
    return json_answer(paged(AuditLogs(db, db.org_id), query, shown, *where))


@router.get("/{id}", response_model=AuditLog, responses=errors(Unauthorized, Forbidden, NotFound))
def get(id: str, who: Reader, db: Db) -> Response:
    """One entry."""
    return json_answer(shown(AuditLogs(db, db.org_id).show(id)))


def shown(row: AuditRow) -> dict[str, Any]:
    """As it is answered."""
    optional = {
        "role": row.role,
        "address": row.address,
        "resourceId": row.resource_id,
        "code": row.code,
    }
    return {
        "id": row.id,
        "orgId": row.org_id,
        "createdAt": iso(row.created_at),
        "actorKind": row.actor_kind,
        "actorId": row.actor_id,
        "method": row.method,
        "route": row.route,
        "status": row.status,
        "requestId": row.request_id,
        "fields": row.fields,
        **{name: value for name, value in optional.items() if value is not None},
    }
