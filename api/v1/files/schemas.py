"""Files as JSON."""

from typing import Any, Literal

from pydantic import Field

from api.http.pages import ListQuery
from api.v1.assistants.schemas.base import Json, Patch, Shape

Status = Literal["processing", "done", "failed"]
_FORM: Json = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "the file, by default at most 20 MB"},
        "name": {"type": "string", "maxLength": 40, "description": "for people; default the file's own name"},
        "purpose": {"type": "string", "maxLength": 100, "description": "yours: what the file is for"},
        "metadata": {"type": "string", "description": "yours: a JSON object, returned as it is"},
    },
}


class UpdateFile(Patch):
    """Replaces the fields that are named; null metadata removes it."""

    name: str | None = Field(None, min_length=1, max_length=40, description="for people")
    metadata: dict[str, Any] | None = Field(None, description="yours: any JSON, returned as it is")


class File(Shape):
    """An uploaded file."""

    id: str = Field(description="UUID")
    object: Literal["file"] = Field(description="always file")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    name: str = Field(description="for people")
    original_name: str = Field(description="as it was called when it came")
    bytes: int = Field(description="its size")
    mimetype: str = Field(description="by what is in it")
    status: Status = Field(description="done: kept, and its text read if it has one; failed: see failure")
    purpose: str | None = Field(None, description="as given")
    metadata: Json = Field(description="as given")
    url: str = Field(description="where it can be downloaded during the next hour")
    parsed_text_url: str | None = Field(None, description="where its text can be, likewise; UTF-8")
    parsed_text_bytes: int | None = Field(None, description="the size of its text")
    failure: str | None = Field(None, description="why there is no text, in a sentence")


class FileQuery(ListQuery):
    """Filters of the list."""

    purpose: str | None = Field(None, max_length=100, description="only files with this purpose")


def form_body() -> Json:
    """The request body of POST for the documentation."""
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}
