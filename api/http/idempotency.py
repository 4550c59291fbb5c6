"""`Idempotency-Key`: the same write twice is one write, and both get the same answer.

The key is claimed and the answer stored in the transaction of the write itself, so there is no moment in
which one exists without the other. A concurrent duplicate waits for the first on the unique index. A key
belongs to the caller who chose it, and answers are sealed: some of them carry a secret that is shown once.

Writes that wait for somebody else have no transaction of their own (`http.once`). Their claim is a row
without an answer; a duplicate that finds it is told to come back, and after `ABANDONED` it counts no more.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from psycopg import errors as pg
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import Response

from api.db.tx import TenantSession
from api.http.caller import Caller
from voice_engine.kernel.errors import BadRequest, Conflict
from voice_engine.kernel.sealed import seal, unseal

KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=3)  # longer than any request may take
_WAIT = "5s"
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Claim:
    """One caller's key, the hash of what the request asks for, and what seals its answer."""

    caller: str
    key: str
    request_hash: bytes
    secret: bytes = field(repr=False)
    kept: timedelta = KEPT


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer given the first time."""

    status: int
    body: bytes
    media_type: str = "application/json"

    def response(self) -> Response:
        """The same answer again."""
        return Response(self.body, self.status, {"Idempotent-Replayed": "true"}, self.media_type)


async def claim_of(
    request: Request, caller: Caller, secret: bytes, content: bytes | None = None
) -> Claim | None:
    """The claim a request makes, if it does; `secret` is the installation's, `content` is for the body."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method not in _WRITES:
        return None
    if not 1 <= len(key) <= 255 or not key.isprintable():
        message = "Idempotency-Key must be 1 to 255 printable characters."
        raise BadRequest("idempotency_key_malformed", message)
    what = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    asked = what + (await request.body() if content is None else content)
    return Claim(caller.id, key, hashlib.sha256(asked).digest(), secret)


def replay(session: TenantSession, claim: Claim, now: datetime) -> Stored | None:
    """The stored answer, or None after claiming the key at `now`, for this transaction; raises Conflict."""
    values = _place(session, claim) | {"hash": claim.request_hash, "now": now}
    values |= {"stale": now - claim.kept, "abandoned": now - ABANDONED}
    connection = session.connection()
    connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
    try:
        ours = connection.execute(_CLAIM, values).first()
    except OperationalError as error:
        if not isinstance(error.orig, pg.LockNotAvailable):
            raise
        raise _in_progress() from error
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    if ours is not None:
        return None
    found = connection.execute(_FIND, _place(session, claim)).one()
    if bytes(found.request_hash) != claim.request_hash:
        message = "This Idempotency-Key was used for another request in the last 24 hours; use a new one."
        raise Conflict("idempotency_key_reused", message)
    if found.status is None:
        raise _in_progress()
    body = unseal(bytes(found.response).decode(), claim.secret, context=session.org_id)
    return Stored(found.status, body.encode(), found.media_type)


def store(session: TenantSession, claim: Claim, answer: Stored, *, since: datetime | None = None) -> None:
    """Remember the answer with the write it belongs to; with `since`, only if that claim holds."""
    sealed = seal(answer.body.decode(), claim.secret, context=session.org_id).encode()
    values = _place(session, claim) | {"status": answer.status, "response": sealed, "type": answer.media_type}
    statement = _STORE if since is None else _STORE_HELD
    session.connection().execute(statement, values | {"since": since})


def release(session: TenantSession, claim: Claim, since: datetime) -> None:
    """The key is free again: what was claimed at `since` failed, or cannot be repeated."""
    session.connection().execute(_RELEASE, _place(session, claim) | {"since": since})


def _place(session: TenantSession, claim: Claim) -> dict[str, Any]:
    return {"org": session.org_id, "caller": claim.caller, "key": claim.key}


def _in_progress() -> Conflict:
    message = "The first request with this Idempotency-Key is still running; try again in a moment."
    return Conflict("idempotency_in_progress", message, retry_after=1)


_CLAIM = text(
    "INSERT INTO idempotency_keys AS k (org_id, caller_id, key, request_hash, created_at)"
    " VALUES (:org, :caller, :key, :hash, :now)"
    " ON CONFLICT (org_id, caller_id, key)"
    " DO UPDATE SET request_hash = :hash, created_at = :now, status = NULL, response = NULL"
    " WHERE k.created_at < :stale OR (k.status IS NULL AND k.created_at < :abandoned) RETURNING key"
)
_OURS = "WHERE org_id = :org AND caller_id = :caller AND key = :key"
_HELD = f"{_OURS} AND status IS NULL AND created_at = :since"
_FIND = text(f"SELECT request_hash, status, response, media_type FROM idempotency_keys {_OURS}")
_ANSWERED = "UPDATE idempotency_keys SET status = :status, response = :response, media_type = :type"
_STORE = text(f"{_ANSWERED} {_OURS}")
_STORE_HELD = text(f"{_ANSWERED} {_HELD}")
_RELEASE = text(f"DELETE FROM idempotency_keys {_HELD}")
