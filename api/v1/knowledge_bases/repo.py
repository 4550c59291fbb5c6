"""SQL for knowledge bases."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import col, select

from api.db.repo import Repo
from api.db.tx import TenantSession
from api.v1.assistants.config import Config
from api.v1.files.model import FileRow
from api.v1.knowledge_bases.model import CustomKnowledgeBaseRow, KnowledgeBaseFileRow, KnowledgeBaseRow
from voice_engine.kernel.errors import BadRequest, NotFound

Attached = tuple[KnowledgeBaseFileRow, FileRow]


class KnowledgeBases(Repo[KnowledgeBaseRow]):
    """The knowledge bases of one organisation."""

    row = KnowledgeBaseRow
    noun = "knowledge base"


class KnowledgeBaseFiles(Repo[KnowledgeBaseFileRow]):
    """Which files are in which knowledge base."""

    row = KnowledgeBaseFileRow
    noun = "file"

    def of(self, base_ids: Collection[str]) -> Mapping[str, Sequence[Attached]]:
        """The files of these knowledge bases, newest first, in one query."""
        if not base_ids:
            return {}
        grouped: dict[str, list[Attached]] = {id: [] for id in base_ids}
        for pair in self._joined(col(KnowledgeBaseFileRow.knowledge_base_id).in_(base_ids)):
            grouped[pair[0].knowledge_base_id].append(pair)
        return grouped

    def one(self, base_id: str, file_id: str) -> Attached:
        """Raises NotFound when the file is not in that knowledge base."""
        found = self._joined(
            col(KnowledgeBaseFileRow.knowledge_base_id) == base_id, col(FileRow.id) == file_id
        )
        if not found:
            message = f"The file {file_id!r} is not in this knowledge base."
            raise NotFound("file_not_found", message, id=file_id)
        return found[0]

    def _joined(self, *where: Any) -> Sequence[Attached]:
        joined = (
            select(KnowledgeBaseFileRow, FileRow)
            .join(FileRow, col(FileRow.id) == col(KnowledgeBaseFileRow.file_id))
            .where(KnowledgeBaseFileRow.org_id == self.org_id, FileRow.org_id == self.org_id, *where)
        )
        newest = joined.order_by(
            col(KnowledgeBaseFileRow.created_at).desc(), col(KnowledgeBaseFileRow.id).desc()
        )
        return [(attached, file) for attached, file in self.session.exec(newest).all()]


class CustomKnowledgeBases(Repo[CustomKnowledgeBaseRow]):
    """The knowledge servers of one organisation."""

    row = CustomKnowledgeBaseRow
    noun = "custom knowledge base"

    def by_id(self, ids: Collection[str]) -> Mapping[str, Config]:
        """Those of `ids` that are there, in one query."""
        if not ids:
            return {}
        rows = self.session.exec(self.select().where(col(CustomKnowledgeBaseRow.id).in_(set(ids)))).all()
        return {row.id: Config.of(row) for row in rows}

    def held(self, ids: Collection[str]) -> Mapping[str, Config]:
        """`by_id`; nobody deletes them until this transaction has written who uses them."""
        if not ids:
            return {}
        statement = self.select().where(col(CustomKnowledgeBaseRow.id).in_(set(ids)))
        ordered = statement.order_by(CustomKnowledgeBaseRow.id).with_for_update(read=True, key_share=True)
        return {row.id: Config.of(row) for row in self.session.exec(ordered).all()}

    def references(self, id: str) -> Sequence[dict[str, Any]]:
        """Who uses a knowledge server, as `{type, id, name}`; the first twenty."""
        found = self.session.connection().execute(_REFERENCES, {"org": self.org_id, "base": id}).all()
        return [{"type": row.type, "id": row.id, "name": row.name or ""} for row in found]


def refuse_hosted(session: TenantSession, id: str, place: str) -> None:
    """Raise BadRequest if the id is that of a knowledge base of ours: its files are not searched yet."""
    if KnowledgeBases(session, session.org_id).find(id) is not None:
        message = (
            f"{place}: this knowledge base holds files, which are not searched in calls yet; use a custom"
            " knowledge base, whose server answers knowledge-base-request."
        )
        raise BadRequest("knowledge_base_not_searchable", message, field=place)


def _names(holder: str) -> str:
    path = f"${holder}.model.knowledgeBaseId ? (@ == $id)"
    return f"jsonb_path_exists(config, '{path}', jsonb_build_object('id', CAST(:base AS text)))"


_REFERENCES = text(
    f"SELECT 'assistant' AS type, id, name FROM assistants WHERE org_id = :org AND {_names('')}"
    " UNION ALL SELECT 'squad', id, name FROM squads WHERE org_id = :org AND ("
    f"{_names('.members[*].assistant')} OR {_names('.members[*].assistantOverrides')}"
    f" OR {_names('.membersOverrides')}) ORDER BY 1, 2 LIMIT 20"
)
