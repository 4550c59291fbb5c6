"""SQL for calls."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col

from api.db.repo import Repo, Window
from api.v1.calls.model import CallRow


class Calls(Repo[CallRow]):
    """The calls of one organisation."""

    row = CallRow
    noun = "call"

    def matching(self, window: Window, *, id: str | None, assistant_id: str | None) -> Sequence[CallRow]:
        """Newest first."""
        where: list[Any] = []
        if id is not None:
            where.append(col(CallRow.id) == id)
        if assistant_id is not None:
            where.append(col(CallRow.assistant_id) == assistant_id)
        return self.list(window, *where)

    def fresh(self, id: str) -> CallRow:
        """The row as it is now, without a lock: whoever completes it must be able to. Raises NotFound."""
        statement = self.select().where(CallRow.id == id).execution_options(populate_existing=True)
        return self.session.exec(statement).first() or self.get(id)
