"""Who wrote what, and who was refused: one row per write, never what was written.

A write that succeeds is recorded in its own transaction, with its COMMIT in one round trip; so neither exists
without the other. One that is refused, or that has no transaction of its own, is recorded when its answer
has been sent. Requests beyond a rate limit are counted by metrics only: recording them would be the load that
the limit prevents.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.types import Scope

from api.db.tx import TenantSession, transaction
from voice_engine.kernel import log
from voice_engine.kernel.ids import new_id

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_MOST_FIELDS, _LONGEST = 50, 80
_ANSWERED_ID = re.compile(rb'\{"id":"([^"]{1,64})"')
_log = log.get("http")

# One parameter: sixteen would cost as much to write out as the row costs to insert.
INSERT = "INSERT INTO audit_logs SELECT * FROM json_populate_record(NULL::audit_logs, %(row)s)"


def is_due(scope: Scope) -> bool:
    """Whether the request is a write of somebody we know that is not recorded yet."""
    return scope["method"] in WRITES and "caller" in scope and "audited" not in scope


def is_recorded(scope: Scope) -> None:
    """It was, or it is the repetition of a write that was."""
    scope["audited"] = True


def with_commit(session: TenantSession, scope: Scope, status: int, body: bytes) -> None:
    """Record a write in its own transaction, to be committed next."""
    session.at_commit(INSERT, _row(session, _values(scope, status, body)))
    is_recorded(scope)


async def afterwards(scope: Scope, status: int) -> None:
    """Record what `with_commit` did not. A database that is away costs the record, not the answer."""
    if status == 429 or not status:
        return
    state, caller = scope["app"].state, scope["caller"]

    def record() -> None:
        with transaction(state.wiring.engine, caller.org_id, clock=state.wiring.clock) as session:
            session.at_commit(INSERT, _row(session, _values(scope, status, b"")))

    try:
        await state.workers.run(record)
    except Exception:  # noqa: BLE001 - boundary: the answer has been sent
        _log.error("audit_unavailable", method=scope["method"], status=status, exc_info=True)


def note(session: TenantSession, visitor: "Visitor", **values: Any) -> None:
    """Record something that is no write of a known caller, such as a login, in this transaction."""
    session.look(INSERT, _row(session, {"fields": [], **visitor.values(), **values}))


class Visitor:
    """Where a request without a caller came from."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.address = address(scope)

    def values(self) -> dict[str, Any]:
        return _place(self._scope)


def address(scope: Scope) -> str | None:
    """The client's, behind trusted proxies too."""
    return scope["client"][0] if scope.get("client") else None


def fields_of(body: Any) -> list[str]:
    """The names of what a body sets."""
    return [name[:_LONGEST] for name in sorted(body)[:_MOST_FIELDS]] if isinstance(body, Mapping) else []


def _values(scope: Scope, status: int, body: bytes) -> dict[str, Any]:
    caller = scope["caller"]
    return {
        **_place(scope),
        "actor_kind": caller.kind,
        "actor_id": caller.id,
        "role": caller.role,
        "resource_id": _resource(scope, body),
        "status": status,
        "code": scope.get("error_code"),
        "fields": scope.get("written_fields", []),
    }


def _row(session: TenantSession, values: dict[str, Any]) -> dict[str, str]:
    """The parameter of `INSERT`."""
    now = session.now()
    stamp = {"id": new_id(), "org_id": session.org_id, "created_at": now, "updated_at": now, "version": 1}
    return {"row": orjson.dumps({**values, **stamp}).decode()}


def _place(scope: Scope) -> dict[str, Any]:
    route = getattr(scope.get("route"), "path_format", None) or "unmatched"
    return {
        "address": address(scope),
        "method": scope["method"],
        "route": route,
        "request_id": scope.get("request_id", ""),
    }


def _resource(scope: Scope, body: bytes) -> str | None:
    parameters = scope.get("path_params") or {}
    if parameters:
        return str(next(iter(parameters.values())))[:_LONGEST]
    found = _ANSWERED_ID.match(body)
    return found[1].decode(errors="replace") if found else None
