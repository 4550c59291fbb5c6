"""SQL for calls."""

from collections.abc import Sequence

from api.db.repo import Repo, Window
from api.v1.calls.model import CallRow


class Calls(Repo[CallRow]):
    """The calls of one organisation."""

    row = CallRow
    noun = "call"

    def matching(self, window: Window, *, id: str | None, assistant_id: str | None) -> Sequence[CallRow]:
        """Newest first."""
        equal = {"id": id, "assistant_id": assistant_id}
        return self.shown(window, **{column: value for column, value in equal.items() if value is not None})

    def fresh(self, id: str) -> CallRow:
        """The row as it is now, without a lock: whoever completes it must be able to. Raises NotFound."""
        statement = self.select().where(CallRow.id == id).execution_options(populate_existing=True)
        return self.session.exec(statement).first() or self.get(id)
