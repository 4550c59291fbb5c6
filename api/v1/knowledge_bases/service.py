"""The rules of knowledge bases."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from api.db.repo import Window
from api.v1.assistants.config import Config, replace, shown, take
from api.v1.assistants.service import check_targets
from api.v1.credentials.repo import Credentials
from api.v1.files.kinds import has_text
from api.v1.files.repo import Files
from api.v1.files.service import read_later
from api.v1.knowledge_bases.model import KnowledgeBaseRow
from api.v1.knowledge_bases.repo import Attached, CustomKnowledgeBases, KnowledgeBaseFiles, KnowledgeBases
from api.v1.knowledge_bases.schemas import (
    CreateCustomKnowledgeBase,
    CreateKnowledgeBase,
    UpdateCustomKnowledgeBase,
    UpdateKnowledgeBase,
)
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest, Conflict, StillUsed
from voice_engine.kernel.sealed import seal
from voice_engine.kernel.templates import check

Json = dict[str, Any]

MOST_FILES = 1000  # in one knowledge base
_STATUS = {"processing": "indexing", "done": "ready", "failed": "failed"}
_NO_TEXT = "Files of this kind have no text that could be searched."


class KnowledgeBaseService:
    """Knowledge bases of the organisation the repositories were opened for."""

    def __init__(self, bases: KnowledgeBases, attached: KnowledgeBaseFiles, files: Files) -> None:
        self._bases, self._attached, self._files = bases, attached, files

    def create(self, body: CreateKnowledgeBase) -> Json:
        """A new one without files."""
        return _base(self._bases.put(name=body.name, description=body.description), ())

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        row = self._bases.show(id)
        return _base(row, self._attached.of([id])[id])

    def list(self, window: Window) -> Sequence[Json]:
        """Newest first, each with its files."""
        rows = self._bases.shown(window)
        files = self._attached.of([row.id for row in rows])
        return [_base(row, files[row.id]) for row in rows]

    def update(self, id: str, body: UpdateKnowledgeBase) -> Json:
        """Another name, another description."""
        if "name" in body.cleared:
            raise BadRequest("wrong_value", "name should not be empty.", field="name")
        row = self._bases.lock(id)
        changed = self._bases.change(row, **body.given(), **dict.fromkeys(body.cleared & {"description"}))
        return _base(changed, self._attached.of([id])[id])

    def delete(self, id: str) -> Json:
        """What it was. Its files stay where files are."""
        before = self.get(id)
        self._bases.delete(id)
        return before

    def attach(self, id: str, file_id: str) -> Json:
        """Put a file in; one that is there already is answered as it is."""
        self._bases.lock(id)
        file = self._files.named(file_id, "fileId")
        known = self._attached.of([id])[id]
        found = next((pair for pair in known if pair[1].id == file_id), None)
        if found is not None:
            return _attached(found)
        if len(known) >= MOST_FILES:
            raise Conflict("too_many_files", f"A knowledge base has at most {MOST_FILES} files.")
        return _attached((self._attached.put(knowledge_base_id=id, file_id=file_id), file))

    def files(self, id: str) -> Sequence[Json]:
        """What is in it, newest first."""
        self._bases.show(id)
        return [_attached(pair) for pair in self._attached.of([id])[id]]

    def detach(self, id: str, file_id: str) -> Json:
        """What it was. The file itself stays."""
        self._bases.show(id)
        found = self._attached.one(id, file_id)
        self._attached.delete(found[0].id)
        return _attached(found)

    def retry(self, id: str, file_id: str) -> Json:
        """Read a file again whose text could not be read; raises Conflict for any other."""
        self._bases.show(id)
        attached, _ = self._attached.one(id, file_id)
        file = self._files.lock(file_id)
        if file.status != "failed":
            message = "Only a file that has failed is read again; this one has not."
            raise Conflict("file_not_failed", message)
        self._files.change(file, status="processing", failure=None)
        read_later(self._files, file_id)
        return _attached((attached, file))


class CustomKnowledgeBaseService:
    """Knowledge servers of the organisation the repository was opened for; `secret` seals their secrets."""

    def __init__(
        self, repo: CustomKnowledgeBases, secret: bytes, allowed_targets: Sequence[str] = ()
    ) -> None:
        self._repo, self._allowed_targets = repo, allowed_targets
        self._credentials = Credentials(repo.session, repo.org_id)
        self._seal = partial(seal, secret=secret, context=repo.org_id)

    def create(self, body: CreateCustomKnowledgeBase) -> Json:
        """The new one, as shown."""
        return shown(self._repo.put(**self._taken(body.given()).columns))

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        return shown(self._repo.show(id))

    def list(self, window: Window) -> Sequence[Json]:
        """Newest first."""
        return [shown(row) for row in self._repo.shown(window)]

    def update(self, id: str, body: UpdateCustomKnowledgeBase) -> Json:
        """The named fields replaced, each as a whole."""
        if "server" in body.cleared or (body.server is not None and not body.server.url):
            raise BadRequest("wrong_value", "server.url should not be empty.", field="server.url")
        row = self._repo.lock(id)
        changed = replace(Config.of(row), self._taken(body.given()), body.cleared - {"provider"})
        return shown(self._repo.change(row, **changed.columns))

    def delete(self, id: str) -> Json:
        """What it was; raises StillUsed when an assistant or a squad names it."""
        row = self._repo.lock(id)
        pins = self._repo.references(id)
        if pins:
            message = "This knowledge base is used by {users}; take it out there first."
            raise StillUsed("knowledge_base_pinned", message, pins)
        before = shown(row)
        self._repo.delete(id)
        return before

    def _taken(self, given: Json) -> Config:
        check(given.get("server"), "server")
        check_targets({"server.url": (given.get("server") or {}).get("url", "")}, self._allowed_targets)
        self._credentials.require_servers(given)
        return take(given, self._seal)


def _base(row: KnowledgeBaseRow, files: Sequence[Attached]) -> Json:
    return {
        "id": row.id,
        "orgId": row.org_id,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        "name": row.name,
        **({"description": row.description} if row.description is not None else {}),
        "files": [_attached(pair) for pair in files],
        "toolId": None,  # Vapi's clients ask for the field where there is no such tool, too
    }


def _attached(pair: Attached) -> Json:
    attached, file = pair
    searchable = has_text(file.mimetype)
    failure = file.failure if searchable else _NO_TEXT
    return {
        "id": attached.id,
        "knowledgeBaseV2Id": attached.knowledge_base_id,
        "fileId": file.id,
        "fileName": file.name,
        "mimetype": file.mimetype,
        "bytes": file.bytes,
        "status": _STATUS[file.status] if searchable else "failed",
        **({"failure": failure} if failure else {}),
        "createdAt": iso(attached.created_at),
        "updatedAt": iso(max(attached.updated_at, file.updated_at)),
    }
