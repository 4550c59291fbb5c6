"""The tables behind exactly-once: every event of every session, and how far each session has been applied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, SQLModel, col, select

from api.db.table import IdText, Timestamp
from api.db.tx import TenantSession
from voice_engine.kernel.events import Event, EventType

_NOISE = (EventType.TRANSCRIPT, EventType.SPEECH_STARTED, EventType.SPEECH_STOPPED, EventType.MODEL_OUTPUT)
_TOLD = tuple(t.value for t in EventType if t not in _NOISE)


class CallEventRow(SQLModel, table=True):
    """One event, for ever. `error` says why it could not be applied."""

    __tablename__ = "call_events"

    session_id: str = Field(primary_key=True, sa_type=IdText)
    seq: int = Field(primary_key=True)
    org_id: str = Field(sa_type=IdText)
    call_id: str = Field(sa_type=IdText)
    type: str
    at_ms: int = Field(sa_type=BigInteger)
    t: float
    data: dict[str, Any] = Field(sa_type=JSONB)
    error: str | None = None

    def event(self) -> Event:
        """The event as the engine sent it."""
        return Event(
            EventType(self.type), self.org_id, self.call_id, self.session_id, self.seq, self.at_ms, self.t,
            self.data,
        )  # fmt: skip


class CallSessionRow(SQLModel, table=True):
    """A cursor: events up to `applied_seq` have been applied."""

    __tablename__ = "call_sessions"

    session_id: str = Field(primary_key=True, sa_type=IdText)
    org_id: str = Field(sa_type=IdText)
    call_id: str = Field(sa_type=IdText)
    applied_seq: int = 0
    waiting_since: datetime | None = Field(default=None, sa_type=Timestamp)


@dataclass(slots=True)
class Cursor:
    """A `CallSessionRow` while its call is locked."""

    session_id: str
    call_id: str
    applied_seq: int = 0
    waiting_since: datetime | None = None


_LOCK = text("SELECT id FROM calls WHERE org_id = :org AND id = ANY(:calls) ORDER BY id FOR UPDATE")
# A second statement: a joined row would be as old as the first one's snapshot, from before it had the lock.
_CURSORS = text(
    "SELECT session_id, call_id, applied_seq, waiting_since FROM call_sessions"
    " WHERE org_id = :org AND session_id = ANY(:sessions)"
)
# Rows travel as one JSON parameter: however many there are, the statement is the same and stays prepared.
_SAVE = text(
    "INSERT INTO call_sessions (session_id, org_id, call_id, applied_seq, waiting_since)"
    " SELECT r.session_id, :org, r.call_id, r.applied_seq, r.waiting_since"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
    " AS r(session_id text, call_id text, applied_seq integer, waiting_since timestamptz)"
    " ON CONFLICT (session_id) DO UPDATE"
    " SET applied_seq = excluded.applied_seq, waiting_since = excluded.waiting_since"
)
_STORE = text(
    "INSERT INTO call_events (session_id, seq, org_id, call_id, type, at_ms, t, data)"
    " SELECT r.session_id, r.seq, :org, r.call_id, r.type, r.at_ms, r.t, r.data"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(session_id text, seq integer, call_id text,"
    " type text, at_ms bigint, t double precision, data jsonb)"
    " ON CONFLICT DO NOTHING RETURNING session_id, seq"
)


def lock(session: TenantSession, org_id: str, wanted: Iterable[tuple[str, str]]) -> dict[str, Cursor]:
    """The cursors of sessions, by id, their calls locked until the transaction ends.

    `wanted` are pairs of call and session; what is not in the answer belongs to no call of this organisation.
    """
    call_of = {session_id: call_id for call_id, session_id in wanted}
    connection = session.connection()
    locked = set(connection.execute(_LOCK, {"org": org_id, "calls": [*call_of.values()]}).scalars())
    found = connection.execute(_CURSORS, {"org": org_id, "sessions": [*call_of]}).all()
    cursors = {s: Cursor(s, c) for s, c in call_of.items() if c in locked}
    # A session of another call: an engine that mixes them up is not believed.
    return cursors | {row.session_id: Cursor(*row) for row in found if row.call_id == call_of[row.session_id]}


def save(session: TenantSession, org_id: str, cursors: Iterable[Cursor]) -> None:
    """Write cursors down."""
    rows = [
        {
            "session_id": c.session_id, "call_id": c.call_id, "applied_seq": c.applied_seq,
            "waiting_since": c.waiting_since,
        }
        for c in cursors
    ]  # fmt: skip
    if rows:
        session.connection().execute(_SAVE, {"org": org_id, "rows": orjson.dumps(rows).decode()})


def store(session: TenantSession, events: Iterable[Event]) -> set[tuple[str, int]]:
    """Insert the events that are new; their sessions and numbers."""
    rows = [
        {
            "session_id": e.session_id, "seq": e.seq, "call_id": e.call_id, "type": e.type.value,
            "at_ms": e.at_ms, "t": e.t, "data": e.data,
        }
        for e in events
    ]  # fmt: skip
    if not rows:
        return set()
    bound = {"org": session.org_id, "rows": orjson.dumps(rows).decode()}
    return {(session_id, seq) for session_id, seq in session.connection().execute(_STORE, bound)}


def store_refused(session: TenantSession, event: Event, error: str) -> None:
    """Keep the place of an event that cannot be applied, without its data, so that its followers go on."""
    values = {
        "session_id": event.session_id, "seq": event.seq, "org_id": event.org_id,
        "call_id": event.call_id, "type": event.type.value, "at_ms": event.at_ms, "t": event.t,
        "data": {}, "error": error,
    }  # fmt: skip
    statement = insert(CallEventRow).values(values)
    kept = statement.on_conflict_do_update(index_elements=["session_id", "seq"], set_={"error": error})
    session.connection().execute(kept)


def stored(session: TenantSession, session_id: str, after: int) -> Sequence[CallEventRow]:
    """The session's events behind number `after`, in order."""
    statement = (
        select(CallEventRow)
        .where(CallEventRow.session_id == session_id, CallEventRow.seq > after)
        .order_by(col(CallEventRow.seq))
    )
    return session.exec(statement).all()


def history(session: TenantSession, call_id: str, reached: dict[str, int]) -> list[Event]:
    """What has been applied of a call, its sessions in the order of their birth, without refused events.

    `reached` says up to which number a session counts. Ids are UUIDv7: their order is that of birth.
    Transcripts, speech and clauses are left out: nothing is derived from them afterwards.
    """
    statement = (
        select(CallEventRow)
        .where(CallEventRow.call_id == call_id, col(CallEventRow.error).is_(None))
        .where(col(CallEventRow.type).in_(_TOLD))
        .order_by(col(CallEventRow.session_id), col(CallEventRow.seq))
    )
    rows = session.exec(statement).all()
    return [row.event() for row in rows if row.seq <= reached.get(row.session_id, row.seq)]
