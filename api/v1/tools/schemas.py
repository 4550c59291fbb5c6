"""Tools as JSON: the very shapes of an assistant's own tools, and what a stored one has beside them."""

from typing import Any, Literal

from pydantic import BaseModel, Field, RootModel, TypeAdapter

from api.http.pages import ListQuery
from api.v1.assistants.schemas.tools import AnyTool, Tool

ToolType = Literal[
    "function", "apiRequest", "transferCall", "endCall", "dtmf", "handoff", "query", "mcp", "voicemail"
]  # fmt: skip
TOOL: TypeAdapter[AnyTool] = TypeAdapter(Tool)


class CreateTool(RootModel[Tool]):
    """A new tool; its fields depend on `type`."""


class UpdateTool(RootModel[dict[str, Any]]):
    """Replaces the fields that are named, each as a whole; null removes one.

    The fields are those of the tool's type, as in a new tool; `type` itself may be left out.
    """


class StoredTool(BaseModel):
    """What every stored tool has beside its own fields, which are those it was created with."""

    model_config = {"extra": "allow"}

    id: str = Field(description="UUID")
    org_id: str = Field(alias="orgId", description="the organisation it belongs to")
    created_at: str = Field(alias="createdAt", description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(alias="updatedAt", description="ISO 8601, UTC, milliseconds")
    latest_version: str = Field(alias="latestVersion", description="v1, v2 …: counts its changes")
    type: ToolType = Field(description="what kind of tool; never changes")


class ToolQuery(ListQuery):
    """Filters of the list."""

    type: ToolType | None = Field(None, description="only tools of this kind")
