"""A file in a form. It is spooled to disk as it comes; the edge bounds it with the body's limit."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from api.http.body import Malformed, parse
from api.v1.files.kinds import LONGEST_NAME, cleaned, short, sniff
from voice_engine.kernel.errors import BadRequest

_FIELDS = ("file", "name", "purpose", "metadata")
_MOST_FIELDS, _LARGEST_FIELD = 10, 64 * 1024
_LONGEST_PURPOSE = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent. `content` is open as long as the form is."""

    content: BinaryIO
    size: int
    original_name: str
    name: str
    purpose: str | None
    metadata: dict[str, Any]

    def look(self) -> tuple[str, bytes]:
        """The media type, and a digest of all that was sent. Reads the whole file: not for the event loop."""
        mimetype = sniff(self.content, self.original_name)
        digest = hashlib.sha256()
        while piece := self.content.read(1 << 20):
            digest.update(piece)
        self.content.seek(0)
        told = repr((self.original_name, self.name, self.purpose, sorted(self.metadata.items())))
        return mimetype, digest.digest() + told.encode("utf-8", "surrogatepass")


@asynccontextmanager
async def upload(request: Request, limit: int) -> AsyncIterator[Upload]:
    """The form; raises BadRequest and Malformed. `limit` is for the file, in bytes."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise BadRequest("form_needed", "Send multipart/form-data with the file in the field file.")
    try:
        form = await request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD)
    except ClientDisconnect as gone:
        raise HTTPException(400) from gone
    try:
        yield _read(form, limit)
    finally:
        await form.close()


def _read(form: FormData, limit: int) -> Upload:
    for key in form:
        if key not in _FIELDS:
            message = f"{key!r} should not exist; a form has the fields {', '.join(_FIELDS)}."
            raise BadRequest("unknown_field", message, field=key)
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise BadRequest("file_missing", "file should not be empty: send a file in that field.", field="file")
    if (file.size or 0) > limit:
        raise Malformed(413, "file_too_large", f"A file has at most {limit} bytes; split it.")
    if not file.size:
        raise BadRequest("file_empty", "file has no bytes; send one that has some.", field="file")
    original = cleaned(file.filename or "")
    return Upload(
        content=file.file,
        size=file.size,
        original_name=original,
        name=_text(form, "name", LONGEST_NAME) or short(original),
        purpose=_text(form, "purpose", _LONGEST_PURPOSE),
        metadata=_metadata(_text(form, "metadata", _LARGEST_FIELD)),
    )


def _text(form: FormData, field: str, longest: int) -> str | None:
    value = form.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        message = f"{field} should be a text of at most {longest} characters."
        raise BadRequest("wrong_value", message, field=field)
    return value or None


def _metadata(given: str | None) -> dict[str, Any]:
    value = parse(given.encode("utf-8", "replace")) if given else {}
    if not isinstance(value, dict):
        raise BadRequest("wrong_value", "metadata should be a JSON object.", field="metadata")
    return value
