"""SQL for squads and their conversations in text."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func
from sqlmodel import col, select

from api.db.repo import Repo, Window
from api.v1.squads.model import SquadRow, SquadSessionRow

KEPT = timedelta(hours=24)
BUSY = timedelta(minutes=5)


class Squads(Repo[SquadRow]):
    """The squads of one organisation."""

    row = SquadRow
    noun = "squad"

    def matching(self, window: Window, ids: Sequence[str]) -> Sequence[SquadRow]:
        """Those of `ids` in the window, newest first; all of the organisation's if none are named."""
        return self.list(window, col(SquadRow.id).in_(ids)) if ids else self.shown(window)


class SquadSessions(Repo[SquadSessionRow]):
    """The conversations in text of one organisation."""

    row = SquadSessionRow
    noun = "squad session"

    def load(self, squad_id: str) -> dict[str, int]:
        """How many conversations each member has had lately, by name."""
        since = self.session.now() - BUSY
        lately = (self.row.org_id == self.org_id, self.row.squad_id == squad_id, self.row.updated_at > since)
        statement = select(SquadSessionRow.member, func.count()).where(*lately)
        return dict(self.session.exec(statement.group_by(col(SquadSessionRow.member))).all())

    def sweep(self) -> None:
        """Forget this organisation's conversations that nobody has continued for a day."""
        old = self.session.now() - KEPT
        stale = (col(self.row.org_id) == self.org_id, col(self.row.updated_at) < old)
        self.session.connection().execute(delete(SquadSessionRow).where(*stale))
