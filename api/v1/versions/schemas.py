"""Versions, drafts and traffic as clients see them."""

from typing import Annotated

from pydantic import Field, model_validator

from api.http.pages import ListQuery
from api.v1.assistants.schemas.assistant import AssistantFields
from api.v1.assistants.schemas.base import Json, Line, Patch, Shape, VersionNumber, complaint, refused

VersionName = Annotated[str, Field(min_length=1, max_length=80)]
AssistantId = Annotated[str, Field(min_length=1, max_length=64)]


class Version(Shape):
    """One version of an assistant. `v1` is what it was created as; every change makes the next."""

    assistant_id: str = Field(description="the assistant")
    version: str = Field(
        description="v1, v2 …; assistantVersion of a call or a squad's member", examples=["v2"]
    )
    is_latest: bool = Field(description="whether calls use it that name no version")
    name: str | None = Field(None, description="yours", examples=["before the sale"])
    description: str | None = Field(None, description="yours")
    created_at: str = Field(description="when it was made or kept; ISO 8601, UTC, milliseconds")
    assistant: Json | None = Field(None, description="the configuration, without secrets; left out in lists")


class UpdateVersion(Patch):
    """What a version is called; its configuration never changes. null removes."""

    name: VersionName | None = Field(None, description="at most 80 characters", examples=["before the sale"])
    description: Line | None = Field(None, description="at most 1000 characters")


class Draft(AssistantFields):
    """What an assistant may become: its fields, as the draft has them."""

    id: str = Field(description="UUID of the draft")
    org_id: str = Field(description="the organisation it belongs to")
    assistant_id: str = Field(description="whose draft it is")
    base_version: str = Field(description="the version it was begun from", examples=["v3"])
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")


class PublishDraft(Shape):
    """Make a draft the assistant's next version."""

    force: bool = Field(False, description="also when the assistant was changed meanwhile; default false")


class Allocation(Shape):
    """One version's share of the calls."""

    version: VersionNumber = Field(description="v1, v2 …", examples=["v2"])
    weight: float = Field(
        ge=0, le=1000, description="its share, relative to the sum of all weights", examples=[90]
    )


class CreateTraffic(Shape):
    """Who takes how many of the assistant's calls from now on; the latest version, if nobody is named."""

    assistant_id: AssistantId = Field(description="a stored assistant")
    allocations: list[Allocation] = Field(
        max_length=20, description="each version once; empty ends the split"
    )

    @model_validator(mode="after")
    def _sensible(self) -> "CreateTraffic":
        versions = [one.version for one in self.allocations]
        if len(set(versions)) < len(versions):
            raise refused(
                "traffic", complaint("version_twice", "should name each version once", "allocations")
            )
        if self.allocations and not any(one.weight for one in self.allocations):
            message = "should have a weight above 0 somewhere"
            raise refused("traffic", complaint("weights_zero", message, "allocations"))
        return self


class TrafficAllocation(Shape):
    """One decision; the newest of an assistant is in force."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    assistant_id: str = Field(description="whose calls")
    allocations: list[Json] = Field(description="{version, weight} each")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")


class TrafficQuery(ListQuery):
    """Filters of the list."""

    assistant_id: str | None = Field(None, max_length=64, description="decisions on one assistant")


class LatestQuery(Shape):
    """Whose split."""

    assistant_id: AssistantId = Field(description="a stored assistant")
