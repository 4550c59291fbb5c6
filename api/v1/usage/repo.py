"""SQL for usage records."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from api.db.repo import Repo, Window
from api.v1.usage.costs import Used
from api.v1.usage.model import UsageRow
from api.v1.usage.rating import BILLED_IN, Rated
from voice_engine.kernel.ids import new_id


class UsageRecords(Repo[UsageRow]):
    """The usage of one organisation."""

    row = UsageRow
    noun = "usage record"

    def record(
        self, place: Mapping[str, str], used: Mapping[str, Any], rated: Rated, used_at: datetime
    ) -> bool:
        """Insert one record; False when it was there already.

        `place`: {call_id, session_id, usage_id}; `used`: {component, provider, model, quantities, estimated}.
        """
        now = self.session.now()
        values = {
            **place, **used, "id": new_id(), "org_id": self.org_id, "created_at": now, "updated_at": now,
            "version": 1, "used_at": used_at, "cost_micros": rated.cost_micros, "currency": BILLED_IN,
            "lines": list(rated.lines), "unpriced": list(rated.unpriced),
        }  # fmt: skip
        statement = insert(UsageRow).values(values).on_conflict_do_nothing().returning(col(UsageRow.id))
        return self.session.connection().execute(statement).first() is not None

    def of_call(self, call_id: str) -> list[Used]:
        """What a call used, for its costs."""
        rows = self.session.exec(self.select().where(UsageRow.call_id == call_id)).all()
        return [Used(r.component, r.provider, r.model, r.quantities, r.cost_micros, r.usage_id) for r in rows]

    def matching(self, window: Window, *, call_id: str | None, component: str | None) -> Sequence[UsageRow]:
        """Newest first."""
        where: list[Any] = []
        if call_id is not None:
            where.append(UsageRow.call_id == call_id)
        if component is not None:
            where.append(UsageRow.component == component)
        return self.list(window, *where)
