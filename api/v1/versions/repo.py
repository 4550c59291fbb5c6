"""SQL for versions, drafts and traffic."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import col

from api.db.plain import dumps
from api.db.repo import Repo, Window
from api.v1.assistants.model import AssistantRow
from api.v1.versions.model import DraftRow, TrafficRow, VersionRow
from api.v1.versions.numbers import written
from voice_engine.kernel.errors import NotFound
from voice_engine.kernel.ids import new_id


class Versions(Repo[VersionRow]):
    """What the assistants of one organisation were."""

    row = VersionRow
    noun = "version"

    def keep(self, assistant: AssistantRow) -> VersionRow:
        """The kept copy of an assistant as it is now, made if there is none."""
        found = self.kept(assistant.id, assistant.version)
        return found if found is not None else self._copied(assistant)

    def kept(self, assistant_id: str, number: int) -> VersionRow | None:
        """The copy of one version, deleted or not."""
        statement = self.select().where(VersionRow.assistant_id == assistant_id, VersionRow.number == number)
        return self.session.exec(statement).first()

    def one(self, assistant_id: str, number: int) -> VersionRow:
        """The copy of an older version; raises NotFound, also when it was deleted."""
        found = self.kept(assistant_id, number)
        if found is None or found.deleted:
            message = f"This assistant has no version {written(number)}."
            raise NotFound("version_not_found", message, id=assistant_id)
        return found

    def of(self, assistant_id: str) -> Sequence[VersionRow]:
        """All copies that were not deleted, newest first."""
        statement = self.select().where(VersionRow.assistant_id == assistant_id, ~col(VersionRow.deleted))
        return self.session.exec(statement.order_by(col(VersionRow.number).desc())).all()

    def _copied(self, assistant: AssistantRow) -> VersionRow:
        copy = VersionRow(
            id=new_id(),
            org_id=self.org_id,
            assistant_id=assistant.id,
            number=assistant.version,
            config=assistant.config,
            sealed=assistant.sealed,
        )
        return self.add(copy)


class Drafts(Repo[DraftRow]):
    """The drafts of one organisation."""

    row = DraftRow
    noun = "draft"

    def of(self, assistant_id: str, window: Window) -> Sequence[DraftRow]:
        """Those of one assistant, newest first."""
        return self.list(window, col(DraftRow.assistant_id) == assistant_id)

    def one(self, assistant_id: str, id: str) -> DraftRow:
        """Locked; raises NotFound for another assistant's draft too."""
        found = self.lock(id)
        if found.assistant_id != assistant_id:
            raise self.missing(id)
        return found


class Traffic(Repo[TrafficRow]):
    """How calls are split, decision after decision."""

    row = TrafficRow
    noun = "traffic allocation"

    def of(self, assistant_id: str | None, window: Window) -> Sequence[TrafficRow]:
        """Decisions on one assistant, or on all, newest first."""
        return self.list(window, *([col(TrafficRow.assistant_id) == assistant_id] if assistant_id else []))

    def set_current(self, assistant_id: str, allocations: Sequence[Any]) -> None:
        """What calls look at. Not through the ORM: the split is no new version of the assistant."""
        values = {"org": self.org_id, "id": assistant_id, "split": dumps(allocations).decode()}
        self.session.connection().execute(_SET_TRAFFIC, values)


_SET_TRAFFIC = text(
    "UPDATE assistants SET traffic = NULLIF(CAST(:split AS jsonb), '[]') WHERE org_id = :org AND id = :id"
)
