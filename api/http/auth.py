"""Who is calling: `Authorization: Bearer` with a private key, a public key or a member's access token.

What the database says about a key or a login is believed for `BELIEF` seconds, so a revocation reaches other
processes that fast, and this one at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy import Engine, RowMapping, text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.db.tx import transaction
from api.http import keyring
from api.http.caller import Caller, Restrictions
from api.http.jwt import AccessTokens
from api.http.quota import Quotas
from api.http.scopes import ROLES
from api.http.secrets import KeyKind, Pepper, is_well_formed, kind_of
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import Unauthorized

BELIEF = 1.0  # s
_REMEMBERED = 10_000  # entries; then the memory starts afresh
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_USE_NOTED_EVERY = timedelta(minutes=1)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as the database knows it."""

    id: str
    org_id: str
    kind: KeyKind
    scopes: frozenset[str]
    restrictions: Restrictions
    hmac: bytes
    expires_at: datetime | None
    revoked_at: datetime | None
    previous_expires_at: datetime | None

    def caller(self, hmac: bytes, now: datetime) -> Caller:
        """The caller that used the value with this HMAC; Unauthorized unless the key is good at `now`."""
        if self.revoked_at is not None:
            raise Unauthorized("api_key_revoked", "This API key has been revoked; create a new one.")
        if self.expires_at is not None and self.expires_at <= now:
            raise Unauthorized("api_key_expired", "This API key has expired; create a new one.")
        if hmac != self.hmac and (self.previous_expires_at is None or self.previous_expires_at <= now):
            raise Unauthorized("api_key_rotated", "This API key has been rotated; use its new value.")
        return Caller(self.org_id, self.kind, self.id, self.scopes, restrictions=self.restrictions)


class Memory(Generic[T]):
    """What was true a moment ago. Safe under threads: each step is one dictionary operation."""

    def __init__(self) -> None:
        self._entries: dict[Any, tuple[float, T]] = {}

    def recall(self, key: Any, now: float) -> T | None:
        found = self._entries.get(key)
        return found[1] if found is not None and now - found[0] < BELIEF else None

    def keep(self, key: Any, value: T, now: float) -> T:
        if len(self._entries) >= _REMEMBERED:
            self._entries = {}
        self._entries[key] = (now, value)
        return value

    def forget(self) -> None:
        """All of it: revocations are rare and the database is near."""
        self._entries = {}


class Doorman:
    """Turns a bearer token into a Caller."""

    def __init__(self, engine: Engine, secret: bytes, clock: Clock, *, rsa_pem: str = "") -> None:
        self.pepper = Pepper(secret)
        self.access_tokens = AccessTokens(secret, rsa_pem)
        self._engine = engine
        self._clock = clock
        self._keys: Memory[KeyRecord] = Memory()
        self._members: Memory[Caller] = Memory()
        self._secret = secret
        self._signing: Memory[list[str]] = Memory()

    def forget(self) -> None:
        """Ask the database again for everyone; called when a key or a login was changed here."""
        self._keys.forget()
        self._members.forget()
        self._signing.forget()

    async def admit(self, bearer: str) -> Caller:
        """The caller, or Unauthorized with a code that says what is wrong."""
        if kind_of(bearer) is not None:
            return await self._admit_key(bearer)
        if bearer.count(".") == 2:
            signed = keyring.is_ours_to_sign(bearer)
            return await (self._admit_signed(bearer) if signed else self._admit_member(bearer))
        message = "This is neither an API key (sk_… or pk_…) nor an access token; check what was pasted."
        raise Unauthorized("api_key_malformed", message)

    async def _admit_key(self, bearer: str) -> Caller:
        if not is_well_formed(bearer):
            message = "This API key is incomplete or mistyped: its checksum is wrong."
            raise Unauthorized("api_key_malformed", message)
        hmac = self.pepper.mac(bearer)
        record = self._keys.recall(hmac, self._clock.now())
        if record is None:
            record = await run_in_threadpool(self._load_key, hmac)
        return record.caller(hmac, self._clock.wall())

    def _load_key(self, hmac: bytes) -> KeyRecord:
        asked = self._clock.now()
        with self._engine.connect() as connection:
            row = connection.execute(_FIND_KEY, {"hmac": hmac}).mappings().one_or_none()
        if row is None:
            message = "This API key is not known here; was it made on another server, or deleted?"
            raise Unauthorized("api_key_unknown", message)
        record = _record(row)
        record.caller(hmac, self._clock.wall())
        self._note_use(row)
        return self._keys.keep(hmac, record, asked)

    def _note_use(self, row: RowMapping) -> None:
        now = self._clock.wall()
        if row["last_used_at"] is not None and now - row["last_used_at"] < _USE_NOTED_EVERY:
            return
        with transaction(self._engine, row["org_id"], clock=self._clock) as session:
            session.connection().execute(_NOTE_USE, {"id": row["id"], "org": row["org_id"], "now": now})

    async def _admit_signed(self, bearer: str) -> Caller:
        org_id, now = keyring.org_of(bearer), self._clock.now()
        secrets = self._signing.recall(org_id, now)
        if secrets is None:
            load = partial(keyring.secrets_of, self._engine, self._secret, org_id, self._clock)
            secrets = self._signing.keep(org_id, await run_in_threadpool(load), now)
        return keyring.caller_of(bearer, org_id, secrets, self._clock.wall())

    async def _admit_member(self, bearer: str) -> Caller:
        claims = self.access_tokens.verify(bearer, now=self._clock.wall())
        caller = self._members.recall(claims.login_id, self._clock.now())
        if caller is None:
            caller = await run_in_threadpool(self._load_member, claims.org_id, claims.login_id)
        return caller

    def _load_member(self, org_id: str, login_id: str) -> Caller:
        asked = self._clock.now()
        with transaction(self._engine, org_id, clock=self._clock) as session:
            row = session.connection().execute(_FIND_LOGIN, {"id": login_id, "org": org_id}).one_or_none()
        if row is None:
            raise Unauthorized("login_ended", "You have been logged out; log in again.")
        caller = Caller(org_id, "member", row.id, ROLES[row.role], row.role, login_id)
        return self._members.keep(login_id, caller, asked)


async def identify(request: Request) -> Caller:
    """Any valid caller, public keys included. Asked twice in a request, it answers what it knows."""
    known: Caller | None = request.scope.get("caller")
    if known is not None:
        return known
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not bearer.strip():
        message = "Send your private key as a header: Authorization: Bearer sk_…"
        raise Unauthorized("api_key_missing", message)
    state = request.app.state
    caller: Caller = await state.wiring.doorman.admit(bearer.strip())
    request.scope["caller"] = caller
    address = request.client.host if request.client else None
    caller.restrictions.check(origin=request.headers.get("origin"), address=address)
    write = request.method in _WRITES
    quotas: Quotas = state.wiring.quotas
    try:
        await quotas.charge(caller, write=write, in_thread=state.workers.run)
    finally:
        request.scope["rate_headers"] = quotas.headers(caller)
    return caller


def _record(row: RowMapping) -> KeyRecord:
    return KeyRecord(
        row["id"],
        row["org_id"],
        row["kind"],
        frozenset(row["scopes"]),
        Restrictions.from_json(row["restrictions"]),
        bytes(row["hmac"]),
        row["expires_at"],
        row["revoked_at"],
        row["previous_expires_at"],
    )


_FIND_KEY = text("SELECT * FROM find_api_key(:hmac)")
_NOTE_USE = text("UPDATE api_keys SET last_used_at = :now WHERE org_id = :org AND id = :id")
_FIND_LOGIN = text(
    "SELECT m.id, m.role FROM logins l JOIN members m ON m.id = l.member_id"
    " WHERE l.org_id = :org AND l.id = :id AND l.revoked_at IS NULL"
)
