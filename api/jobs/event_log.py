"""The tables behind exactly-once: every event of every session, and how far each session has been applied."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, SQLModel, col, select

from api.db.table import IdText, Timestamp
from api.db.tx import TenantSession
from voice_engine.kernel.events import Event, EventType


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


def lock_call(session: TenantSession, org_id: str, call_id: str) -> bool:
    """Nobody else changes the call until this transaction ends; False when there is no such call."""
    statement = text("SELECT 1 FROM calls WHERE org_id = :org AND id = :id FOR UPDATE")
    return session.connection().execute(statement, {"org": org_id, "id": call_id}).first() is not None


def store(session: TenantSession, events: Iterable[Event]) -> set[int]:
    """Insert the events that are new; their numbers."""
    rows = [
        {
            "session_id": e.session_id, "seq": e.seq, "org_id": e.org_id, "call_id": e.call_id,
            "type": e.type.value, "at_ms": e.at_ms, "t": e.t, "data": e.data,
        }
        for e in events
    ]  # fmt: skip
    statement = insert(CallEventRow).values(rows).on_conflict_do_nothing().returning(col(CallEventRow.seq))
    return set(session.connection().execute(statement).scalars())


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


def cursor(session: TenantSession, org_id: str, call_id: str, session_id: str) -> CallSessionRow:
    """The session's cursor, made at its first event. The caller holds the call's lock."""
    statement = select(CallSessionRow).where(
        CallSessionRow.org_id == org_id, CallSessionRow.session_id == session_id
    )
    row = session.exec(statement).first()
    if row is None:
        row = CallSessionRow(session_id=session_id, org_id=org_id, call_id=call_id)
        session.add(row)
    return row


def stored(session: TenantSession, session_id: str, after: int) -> Sequence[CallEventRow]:
    """The session's events behind number `after`, in order."""
    statement = (
        select(CallEventRow)
        .where(CallEventRow.session_id == session_id, CallEventRow.seq > after)
        .order_by(col(CallEventRow.seq))
    )
    return session.exec(statement).all()


def history(session: TenantSession, call_id: str, cursors: dict[str, int]) -> list[Event]:
    """What has been applied of a call, its sessions in the order of their birth; refused events left out.

    `cursors` overrides how far a session is applied. Ids are UUIDv7: their order is that of birth.
    """
    statement = (
        select(CallEventRow)
        .where(CallEventRow.call_id == call_id, col(CallEventRow.error).is_(None))
        .where(col(CallEventRow.type).in_(_TOLD))
        .order_by(col(CallEventRow.session_id), col(CallEventRow.seq))
    )
    rows = session.exec(statement).all()
    return [row.event() for row in rows if row.seq <= cursors.get(row.session_id, row.seq)]


_TOLD = tuple(
    t.value
    for t in EventType
    if t not in (EventType.TRANSCRIPT, EventType.SPEECH_STARTED, EventType.SPEECH_STOPPED)
)
