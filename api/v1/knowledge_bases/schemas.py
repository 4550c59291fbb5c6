"""Knowledge bases as JSON: collections of files, and servers that are asked."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.v1.assistants.schemas.base import Line, Name, Patch, Shape
from api.v1.assistants.schemas.server import Server
from api.v1.assistants.schemas.tools import CustomKnowledgeBase

Status = Literal["indexing", "ready", "failed"]
BaseName = Annotated[str, Field(min_length=1, max_length=80)]


class CreateKnowledgeBase(Shape):
    """A new collection of files."""

    name: BaseName = Field(description="for people; at most 80 characters")
    description: Line | None = Field(None, description="what is in it; at most 1000 characters")


class UpdateKnowledgeBase(Patch):
    """Replaces the fields that are named; null removes the description."""

    name: BaseName | None = Field(None, description="for people; at most 80 characters")
    description: Line | None = Field(None, description="what is in it; at most 1000 characters")


class AttachFile(Shape):
    """A file to put into the knowledge base."""

    file_id: Annotated[str, Field(min_length=1, max_length=64)] = Field(description="an uploaded file")


class AttachedFile(Shape):
    """A file in a knowledge base."""

    id: str = Field(description="UUID of its being there")
    knowledge_base_v2_id: str = Field(alias="knowledgeBaseV2Id", description="the knowledge base")
    file_id: str = Field(description="the file")
    file_name: str = Field(description="its name")
    mimetype: str = Field(description="by what is in it")
    bytes: int = Field(description="its size")
    status: Status = Field(description="ready once its text has been read; failed: see failure")
    failure: str | None = Field(None, description="why it is not ready, in a sentence")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")


class HostedKnowledgeBase(Shape):
    """A collection of files."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    name: str = Field(description="as given")
    description: str | None = Field(None, description="as given")
    files: list[AttachedFile] = Field(description="what is in it, newest first")
    tool_id: None = Field(None, description="null: calls do not search its files yet")


# ── servers that are asked ───────────────────────────────────────────────────────────────────────────


class CreateCustomKnowledgeBase(CustomKnowledgeBase):
    """A server of yours that answers knowledge-base-request, for `model.knowledgeBaseId`."""

    name: Name | None = Field(None, description="for people; at most 40 characters (Yingda's own)")


class UpdateCustomKnowledgeBase(Patch):
    """Replaces the fields that are named, each as a whole; null removes the name."""

    provider: Literal["custom-knowledge-base"] | None = Field(None, description="may be repeated")
    server: Server | None = Field(None, description="who is asked")
    name: Name | None = Field(None, description="for people")


class StoredCustomKnowledgeBase(Shape):
    """A knowledge server as it is stored, without its secret."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    provider: Literal["custom-knowledge-base"] = Field(description="custom-knowledge-base")
    server: dict[str, Any] = Field(description="as given, without its secret")
    name: str | None = Field(None, description="as given")
