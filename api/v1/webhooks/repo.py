"""SQL for deliveries: one is made once, and taken by one worker at a time, in the order of its subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import and_, delete, exists, or_, text
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.db.repo import Repo, Window
from api.v1.webhooks.model import DeliveryRow, Subject
from voice_engine.kernel.ids import new_id

Json = dict[str, Any]
HOLDS = timedelta(seconds=60)  # a message waits so long for those before it, then overtakes
_OPEN = ("pending", "sending")

_MAKE = text(
    "INSERT INTO webhook_deliveries (id, org_id, created_at, updated_at, subject, subject_id, call_id,"
    " server, occasion, type, url, body, status, next_at, holds_until)"
    " SELECT r.id, :org, :now, :now, :subject, :subject_id, :call, CAST(:server AS jsonb),"
    " r.occasion, r.type, :url, r.body, 'pending', :now, :holds"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
    " AS r(number integer, id text, occasion text, type text, body text)"
    " ORDER BY r.number ON CONFLICT DO NOTHING RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Told:
    """One message; `occasion` makes it unique among those about its subject, `body` is what is sent."""

    occasion: str
    type: str
    body: str


class Deliveries(Repo[DeliveryRow]):
    """The deliveries of one organisation."""

    row = DeliveryRow
    noun = "webhook delivery"

    def make(self, call_id: str, url: str, messages: Sequence[Told]) -> bool:
        """Deliveries to the call's server, due now; False when all of them exist already."""
        about = {"subject": "call", "subject_id": call_id, "call": call_id, "server": None}
        return self._make(about, url, messages)

    def make_for(self, subject: Subject, subject_id: str, server: Json, messages: Sequence[Told]) -> bool:
        """The same to a server of their own; they outlive what they are about."""
        about = {"subject": subject, "subject_id": subject_id, "call": None}
        return self._make({**about, "server": orjson.dumps(server).decode()}, server["url"], messages)

    def _make(self, about: Json, url: str, messages: Sequence[Told]) -> bool:
        if not messages:
            return False
        now = self.session.now()
        rows = [{"id": new_id(), "occasion": m.occasion, "type": m.type, "body": m.body} for m in messages]
        numbered = [{"number": number, **row} for number, row in enumerate(rows)]
        bound = {
            **about, "org": self.org_id, "url": url, "now": now, "holds": now + HOLDS,
            "rows": orjson.dumps(numbered).decode(),
        }  # fmt: skip
        return self.session.connection().execute(_MAKE, bound).first() is not None

    def forget(self, subject_id: str) -> None:
        """Remove all about something that has been erased."""
        about = delete(DeliveryRow).where(
            col(DeliveryRow.org_id) == self.org_id, col(DeliveryRow.subject_id) == subject_id
        )
        self.session.execute(about)

    def next_about(self, subject_id: str, now: datetime) -> DeliveryRow | None:
        """The next delivery that may be sent now, locked; None while an earlier one holds it back."""
        earlier = aliased(DeliveryRow)
        held = exists().where(
            col(earlier.subject_id) == col(DeliveryRow.subject_id),
            col(earlier.position) < col(DeliveryRow.position),
            col(earlier.status).in_(_OPEN),
            col(earlier.holds_until) > now,
        )
        statement = (
            self.select()
            .where(DeliveryRow.subject_id == subject_id, _due(now), ~held)
            .order_by(col(DeliveryRow.position))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self.session.exec(statement.execution_options(populate_existing=True)).first()

    def settled(self, filters: Json, window: Window, most: int) -> Sequence[DeliveryRow]:
        """Delivered or dead ones, locked, oldest first."""
        where = [*_equal(filters), *(self._bound(*bound) for bound in window.bounds)]
        statement = self.select().where(*where, ~col(DeliveryRow.status).in_(_OPEN))
        ordered = statement.order_by(col(DeliveryRow.position)).limit(most)
        return self.session.exec(ordered.with_for_update(skip_locked=True)).all()

    def matching(self, window: Window, filters: Json) -> Sequence[DeliveryRow]:
        """Newest first. `filters`: column → value, None = any."""
        return self.list(window, *_equal(filters))


def _equal(filters: Json) -> list[Any]:
    return [getattr(DeliveryRow, column) == value for column, value in filters.items() if value is not None]


def _due(now: datetime) -> Any:
    status = col(DeliveryRow.status)
    return or_(
        and_(status == "pending", col(DeliveryRow.next_at) <= now),
        and_(status == "sending", col(DeliveryRow.lease_until) <= now),
    )
