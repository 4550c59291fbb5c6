"""SQL for what is stored beside assistants for them to name: tools, custom knowledge bases."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, TypeVar

from sqlalchemy import text
from sqlmodel import col

from api.db.repo import Repo
from api.db.table import Row
from api.v1.assistants.config import Config

R = TypeVar("R", bound=Row)

# Where a configuration may stand: an assistant's own, and those in a squad.
_ASSISTANT = ("",)
_SQUAD = (".members[*].assistant", ".members[*].assistantOverrides", ".membersOverrides")
_ID = "jsonb_build_object('id', CAST(:id AS text))"


class StoredParts(Repo[R]):
    """`uses`: where a configuration has the id of one, as JSON paths."""

    uses: ClassVar[tuple[str, ...]]

    def by_id(self, ids: Collection[str]) -> Mapping[str, Config]:
        """Those of `ids` that are there, in one query."""
        return self._configs(ids, self.select()) if ids else {}

    def held(self, ids: Collection[str]) -> Mapping[str, Config]:
        """`by_id`; nobody deletes them until this transaction has written who uses them."""
        statement = self.select().order_by(self.row.id).with_for_update(read=True, key_share=True)
        return self._configs(ids, statement) if ids else {}

    def references(self, id: str) -> list[dict[str, str]]:
        """Which assistants and squads use one, as `{type, id, name}`; the first twenty."""
        assistant, squad = self._named(_ASSISTANT), self._named(_SQUAD)
        statement = (
            f"SELECT 'assistant' AS type, id, name FROM assistants WHERE org_id = :org AND {assistant}"
            f" UNION ALL SELECT 'squad', id, name FROM squads WHERE org_id = :org AND {squad}"
            " ORDER BY 1, 2 LIMIT 20"
        )
        found = self.session.connection().execute(text(statement), {"org": self.org_id, "id": id}).all()
        return [{"type": row.type, "id": row.id, "name": row.name or ""} for row in found]

    def _configs(self, ids: Collection[str], statement: Any) -> Mapping[str, Config]:
        rows = self.session.exec(statement.where(col(self.row.id).in_(set(ids)))).all()
        return {row.id: Config.of(row) for row in rows}

    def _named(self, holders: Collection[str]) -> str:
        """SQL: whether a configuration names the id in one of these holders; a holder may be absent."""
        tests = (
            f"jsonb_path_exists(config, '${holder}{use} ? (@ == $id)', {_ID})"
            for holder in holders
            for use in self.uses
        )
        return f"({' OR '.join(tests)})"
