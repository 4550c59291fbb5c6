"""`Idempotency-Key`: the same write twice is one write, and both get the same answer.

The key is claimed and the answer stored in the transaction of the write itself, so there is no moment in
which one exists without the other. A concurrent duplicate waits for the first on the unique index.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from psycopg import errors as pg
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.requests import Request

from api.db.tx import TenantSession
from voice_engine.kernel.errors import BadRequest, Conflict

KEPT = timedelta(hours=24)
_WAIT = "5s"
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Claim:
    """One request's key, and the hash of what it asks for."""

    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer given the first time."""

    status: int
    body: bytes


async def claim_of(request: Request) -> Claim | None:
    """The claim a request makes, if it does."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method not in _WRITES:
        return None
    if not 1 <= len(key) <= 255 or not key.isprintable():
        message = "Idempotency-Key must be 1 to 255 printable characters."
        raise BadRequest("idempotency_key_malformed", message)
    what = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    return Claim(key, hashlib.sha256(what).digest())


def replay(session: TenantSession, claim: Claim) -> Stored | None:
    """The stored answer, or None after claiming the key for this transaction; raises Conflict."""
    values = {"org": session.org_id, "key": claim.key, "hash": claim.request_hash, "now": session.now()}
    connection = session.connection()
    connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
    try:
        ours = connection.execute(_CLAIM, values | {"stale": session.now() - KEPT}).first()
    except OperationalError as error:
        if not isinstance(error.orig, pg.LockNotAvailable):
            raise
        message = "The first request with this Idempotency-Key is still running; try again in a moment."
        raise Conflict("idempotency_in_progress", message) from error
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    if ours is not None:
        return None
    found = connection.execute(_FIND, {"org": session.org_id, "key": claim.key}).one()
    if bytes(found.request_hash) != claim.request_hash:
        message = "This Idempotency-Key was used for another request in the last 24 hours; use a new one."
        raise Conflict("idempotency_key_reused", message)
    return Stored(found.status, bytes(found.response))


def store(session: TenantSession, claim: Claim, answer: Stored) -> None:
    """Remember the answer with the write it belongs to."""
    values = {"org": session.org_id, "key": claim.key, "status": answer.status, "response": answer.body}
    session.connection().execute(_STORE, values)


_CLAIM = text(
    "INSERT INTO idempotency_keys AS k (org_id, key, request_hash, created_at)"
    " VALUES (:org, :key, :hash, :now)"
    " ON CONFLICT (org_id, key) DO UPDATE SET request_hash = :hash, created_at = :now, status = NULL"
    " WHERE k.created_at < :stale RETURNING key"
)
_FIND = text("SELECT request_hash, status, response FROM idempotency_keys WHERE org_id = :org AND key = :key")
_STORE = text(
    "UPDATE idempotency_keys SET status = :status, response = :response WHERE org_id = :org AND key = :key"
)
