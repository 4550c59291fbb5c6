"""SQL for tools."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import col

from api.db.repo import Repo
from api.v1.assistants.config import Config
from api.v1.tools.model import ToolRow


class Tools(Repo[ToolRow]):
    """The tools of one organisation."""

    row = ToolRow
    noun = "tool"

    def by_id(self, ids: Collection[str]) -> Mapping[str, Config]:
        """Those of `ids` that are there, in one query."""
        if not ids:
            return {}
        rows = self.session.exec(self.select().where(col(ToolRow.id).in_(set(ids)))).all()
        return {row.id: Config.of(row) for row in rows}

    def held(self, ids: Collection[str]) -> Mapping[str, Config]:
        """`by_id`; nobody deletes them until this transaction has written who uses them."""
        if not ids:
            return {}
        statement = self.select().where(col(ToolRow.id).in_(set(ids))).order_by(ToolRow.id)
        rows = self.session.exec(statement.with_for_update(read=True, key_share=True)).all()
        return {row.id: Config.of(row) for row in rows}

    def references(self, id: str) -> Sequence[dict[str, Any]]:
        """Who uses a tool, as `{type, id, name}`; the first twenty."""
        found = self.session.connection().execute(_REFERENCES, {"org": self.org_id, "tool": id}).all()
        return [{"type": row.type, "id": row.id, "name": row.name or ""} for row in found]


_ID = "jsonb_build_object('id', CAST(:tool AS text))"
_USES = (".model.toolIds[*]", ".model.toolRefs[*].toolId", ".hooks[*].do[*].toolId")


def _paths(*holders: str) -> str:
    """SQL: whether a configuration names the tool in one of these holders; a holder may be absent."""
    tests = (
        f"jsonb_path_exists(config, '${holder}{use} ? (@ == $id)', {_ID})"
        for holder in holders
        for use in _USES
    )
    return f"({' OR '.join(tests)})"


_REFERENCES = text(
    f"SELECT 'assistant' AS type, id, name FROM assistants WHERE org_id = :org AND {_paths('')}"
    " UNION ALL "
    "SELECT 'squad', id, name FROM squads WHERE org_id = :org AND "
    + _paths(".members[*].assistant", ".members[*].assistantOverrides", ".membersOverrides")
    + " ORDER BY 1, 2 LIMIT 20"
)
