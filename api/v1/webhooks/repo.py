"""SQL for deliveries: one is made once, and taken by one worker at a time, in the order of its call."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.db.repo import Repo, Window
from api.v1.webhooks.model import DeliveryRow
from voice_engine.kernel.ids import new_id

HOLDS = timedelta(seconds=60)  # a message waits so long for those before it, then overtakes
_OPEN = ("pending", "sending")


class Deliveries(Repo[DeliveryRow]):
    """The deliveries of one organisation."""

    row = DeliveryRow
    noun = "webhook delivery"

    def make(self, *, call_id: str, occasion: str, type: str, url: str, body: str) -> bool:
        """One delivery, due now; False when it exists already."""
        now = self.session.now()
        values = {
            "id": new_id(), "org_id": self.org_id, "created_at": now, "updated_at": now, "version": 1,
            "call_id": call_id, "occasion": occasion, "type": type, "url": url, "body": body,
            "status": "pending", "attempts": 0, "next_at": now, "holds_until": now + HOLDS, "log": [],
        }  # fmt: skip
        statement = insert(DeliveryRow).values(values).on_conflict_do_nothing().returning(col(DeliveryRow.id))
        return self.session.connection().execute(statement).first() is not None

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
