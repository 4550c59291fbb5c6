"""Work that must happen because rows were written, and only then.

`enqueue` writes the task in the caller's transaction. After the commit it is handed to the sender; should
that fail, or the process die in between, the sweeper finds the row and sends it again. Tasks are therefore
delivered at least once and must recognise what they have already done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import Row, Timestamp
from api.db.tx import TenantSession

Send = Callable[[str, str, str], None]  # outbox id, organisation id, task name


class OutboxRow(Row, table=True):
    __tablename__ = "outbox"

    task: str
    args: dict[str, Any] = Field(sa_type=JSONB)
    available_at: datetime = Field(sa_type=Timestamp)
    attempts: int = 0
    done_at: datetime | None = Field(default=None, sa_type=Timestamp)


@dataclass(frozen=True, slots=True)
class Due:
    """One task that should have been done by now."""

    id: str
    org_id: str
    task: str


def enqueue(
    session: TenantSession,
    org_id: str,
    task: str,
    *,
    available_at: datetime | None = None,
    **args: Any,
) -> str:
    """Write one task into this transaction; the id it will be known by. `args` must be JSON.

    With `available_at` the task is left to the sweeper, which sends it when its time has come.
    """
    row = OutboxRow(org_id=org_id, task=task, args=args, available_at=available_at or session.now())
    session.insert(row)
    send: Send | None = session.info.get("send")
    if send is not None and available_at is None:
        session.after_commit(lambda: send(row.id, org_id, task))
    return row.id


def due(engine: Engine, now: datetime, limit: int = 100) -> Sequence[Due]:
    """Tasks of any organisation that are available and not done; for the sweeper."""
    with engine.connect() as connection:
        found = connection.execute(_DUE, {"now": now, "limit": limit})
        return [Due(*row) for row in found]


_DUE = text("SELECT id, org_id, task FROM due_outbox(:now, :limit)")
