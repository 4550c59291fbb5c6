"""The rules of files: what is kept of an upload, what is shown, what goes with a deletion."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from api.db.outbox import enqueue
from api.db.repo import Window
from api.v1.calls.links import Links
from api.v1.files.kinds import has_text
from api.v1.files.model import FileRow
from api.v1.files.repo import Files
from api.v1.files.schemas import UpdateFile
from api.v1.files.upload import Upload
from voice_engine.blobs import LocalBlobs
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.ids import new_id

Json = dict[str, Any]


class FileService:
    """Files of the organisation the repository was opened for."""

    def __init__(self, repo: Files, blobs: LocalBlobs, links: Links) -> None:
        self._repo, self._blobs, self._links = repo, blobs, links

    def keep(self, upload: Upload, mimetype: str) -> Json:
        """The new file, as shown; its text is read by a worker. Nothing stays if this raises."""
        id = new_id()
        key = f"{self._repo.org_id}/files/{id}/file"
        self._blobs.write(key, upload.content)
        try:
            row = self._repo.put(
                id=id,
                name=upload.name,
                original_name=upload.original_name,
                purpose=upload.purpose,
                mimetype=mimetype,
                bytes=upload.size,
                key=key,
                labels=upload.metadata,
                status="processing" if has_text(mimetype) else "done",
            )
            if has_text(mimetype):
                read_later(self._repo, id)
        except BaseException:
            self._blobs.delete(key)
            raise
        return self.shown(row)

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        return self.shown(self._repo.show(id))

    def list(self, window: Window, purpose: str | None) -> Sequence[Json]:
        """Newest first."""
        return [self.shown(row) for row in self._repo.matching(window, purpose)]

    def update(self, id: str, body: UpdateFile) -> Json:
        """Another name, other metadata."""
        if "name" in body.cleared:
            raise BadRequest("wrong_value", "name should not be empty.", field="name")
        row = self._repo.lock(id)
        given = body.given()
        changes: Json = {"name": given["name"]} if "name" in given else {}
        if "metadata" in given or "metadata" in body.cleared:
            changes["labels"] = given.get("metadata") or {}
        return self.shown(self._repo.change(row, **changes))

    def delete(self, id: str) -> Json:
        """What it was. It leaves the knowledge bases it is in; its bytes go once the row is gone."""
        row = self._repo.delete(id)
        for key in filter(None, (row.key, row.text_key)):
            self._repo.session.after_commit(partial(self._blobs.delete, key))
        return self.shown(row)

    def shown(self, row: FileRow) -> Json:
        """As it is answered."""
        now = self._repo.session.now()
        optional = {
            "purpose": row.purpose,
            "parsedTextUrl": self._links.artifact(row.text_key, now) if row.text_key else None,
            "parsedTextBytes": row.text_bytes,
            "failure": row.failure,
        }
        return {
            "id": row.id,
            "object": "file",
            "orgId": row.org_id,
            "createdAt": iso(row.created_at),
            "updatedAt": iso(row.updated_at),
            "name": row.name,
            "originalName": row.original_name,
            "bytes": row.bytes,
            "mimetype": row.mimetype,
            "status": row.status,
            "metadata": row.labels,
            "url": self._links.artifact(row.key, now),
            **{name: value for name, value in optional.items() if value is not None},
        }


def read_later(repo: Files, id: str) -> None:
    """Have a worker read the file's text once this transaction is committed."""
    enqueue(repo.session, repo.org_id, "files.read", file_id=id)
