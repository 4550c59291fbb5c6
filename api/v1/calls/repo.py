"""SQL for calls."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from api.db.repo import Repo, Window
from api.v1.calls.model import CallRow

# Waiting for a line: in the order of creation.
QUEUED = (
    CallRow.status == "queued", CallRow.type == "outboundPhoneCall", col(CallRow.dialled_at).is_(None)
)  # fmt: skip


class Calls(Repo[CallRow]):
    """The calls of one organisation."""

    row = CallRow
    noun = "call"

    def matching(self, window: Window, **equal: str | None) -> Sequence[CallRow]:
        """Newest first; a column that is None is not looked at."""
        return self.shown(window, **{column: value for column, value in equal.items() if value is not None})

    def place(self, row: CallRow) -> dict[str, Any]:
        """`{queue: {position, ahead}}` of a call that waits for a line; empty for another."""
        if row.status != "queued" or row.type != "outboundPhoneCall" or row.dialled_at is not None:
            return {}
        ahead = self._ahead(row)
        return {"queue": {"position": ahead + 1, "ahead": ahead}}

    def _ahead(self, row: CallRow) -> int:
        before = (col(CallRow.created_at) < row.created_at) | (
            (col(CallRow.created_at) == row.created_at) & (col(CallRow.id) < row.id)
        )
        statement = select(func.count()).where(CallRow.org_id == self.org_id, *QUEUED, before)
        return self.session.exec(statement).one()

    def next_queued(self) -> CallRow | None:
        """The call whose turn it is, locked; whose time is over comes first. None if others have them all."""
        over = col(CallRow.expires_at) <= self.session.now()
        first = self.select().where(*QUEUED).order_by(over.desc(), col(CallRow.created_at), col(CallRow.id))
        locked = first.limit(1).with_for_update(skip_locked=True).execution_options(populate_existing=True)
        return self.session.exec(locked).first()

    def fresh(self, id: str) -> CallRow:
        """The row as it is now, without a lock: whoever completes it must be able to. Raises NotFound."""
        statement = self.select().where(CallRow.id == id).execution_options(populate_existing=True)
        return self.session.exec(statement).first() or self.get(id)
