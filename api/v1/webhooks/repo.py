"""SQL for deliveries: one is made once, and taken by one worker at a time, in the order of its call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import and_, exists, or_, text
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.db.repo import Repo, Window
from api.v1.webhooks.model import DeliveryRow
from voice_engine.kernel.ids import new_id

HOLDS = timedelta(seconds=60)  # a message waits so long for those before it, then overtakes
_OPEN = ("pending", "sending")

_MAKE = text(
    "INSERT INTO webhook_deliveries (id, org_id, created_at, updated_at, call_id, occasion, type, url, body,"
    " status, next_at, holds_until)"
    " SELECT r.id, :org, :now, :now, :call, r.occasion, r.type, :url, r.body, 'pending', :now, :holds"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
    " AS r(number integer, id text, occasion text, type text, body text)"
    " ORDER BY r.number ON CONFLICT DO NOTHING RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Told:
    """One message for a call's server; `occasion` makes it unique in its call, `body` is what is sent."""

    occasion: str
    type: str
    body: str


class Deliveries(Repo[DeliveryRow]):
    """The deliveries of one organisation."""

    row = DeliveryRow
    noun = "webhook delivery"

    def make(self, call_id: str, url: str, messages: Sequence[Told]) -> bool:
        """Deliveries of these messages, due now; False when all of them exist already."""
        if not messages:
            return False
        now = self.session.now()
        rows = [{"id": new_id(), "occasion": m.occasion, "type": m.type, "body": m.body} for m in messages]
        bound = {
            "org": self.org_id, "call": call_id, "url": url, "now": now, "holds": now + HOLDS,
            "rows": orjson.dumps(rows).decode(),
        }  # fmt: skip
        return self.session.connection().execute(_MAKE, bound).first() is not None

    def next_of_call(self, call_id: str, now: datetime) -> DeliveryRow | None:
        """The call's next delivery that may be sent now, locked; None while an earlier one holds it back."""
        earlier = aliased(DeliveryRow)
        held = exists().where(
            col(earlier.call_id) == col(DeliveryRow.call_id),
            col(earlier.position) < col(DeliveryRow.position),
            col(earlier.status).in_(_OPEN),
            col(earlier.holds_until) > now,
        )
        statement = (
            self.select()
            .where(DeliveryRow.call_id == call_id, _due(now), ~held)
            .order_by(col(DeliveryRow.position))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self.session.exec(statement.execution_options(populate_existing=True)).first()

    def matching(
        self, window: Window, *, call_id: str | None, status: str | None, type: str | None
    ) -> Sequence[DeliveryRow]:
        """Newest first."""
        where: list[Any] = []
        for column, value in (("call_id", call_id), ("status", status), ("type", type)):
            if value is not None:
                where.append(getattr(DeliveryRow, column) == value)
        return self.list(window, *where)


def _due(now: datetime) -> Any:
    status = col(DeliveryRow.status)
    return or_(
        and_(status == "pending", col(DeliveryRow.next_at) <= now),
        and_(status == "sending", col(DeliveryRow.lease_until) <= now),
    )
