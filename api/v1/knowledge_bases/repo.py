"""SQL for knowledge bases."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from api.db.repo import Repo
from api.db.tx import TenantSession
from api.v1.assistants.stored import StoredParts
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


class CustomKnowledgeBases(StoredParts[CustomKnowledgeBaseRow]):
    """The knowledge servers of one organisation."""

    row = CustomKnowledgeBaseRow
    noun = "custom knowledge base"
    uses = (".model.knowledgeBaseId",)


def refuse_hosted(session: TenantSession, id: str, place: str) -> None:
    """Raise BadRequest if the id is that of a knowledge base of ours: its files are not searched yet."""
    if KnowledgeBases(session, session.org_id).find(id) is not None:
        message = (
            f"{place}: this knowledge base holds files, which are not searched in calls yet; use a custom"
            " knowledge base, whose server answers knowledge-base-request."
        )
        raise BadRequest("knowledge_base_not_searchable", message, field=place)
