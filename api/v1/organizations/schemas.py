"""Organisations as JSON: Vapi's `Org` as far as it means something here, and our own limits."""

from typing import Annotated, Any

from pydantic import Field

from api.v1.assistants.schemas.base import Patch, Shape
from api.v1.assistants.schemas.plans import OrganizationCompliance
from api.v1.assistants.schemas.server import Server

Json = dict[str, Any]
HIGHEST_CONCURRENCY = 100_000
HIGHEST_RATE = 1_000_000

OrgName = Annotated[str, Field(min_length=1, max_length=80)]
Concurrency = Annotated[int, Field(ge=1, le=HIGHEST_CONCURRENCY)]
Rate = Annotated[int, Field(ge=1, le=HIGHEST_RATE)]
Money = Annotated[float, Field(ge=0, le=1_000_000_000)]

_SERVER = "where messages go that neither tool, assistant nor phone number has a server for; default none"
_CONCURRENCY = "calls at once; at most what the installation allows this organisation, which is the default"
_RATE = "requests of the whole organisation in 60 seconds; at most the installation's limit, the default"
_BILLING = "most to be spent in a month, in the price list's currency; kept and shown, stops no call yet"


class OrganizationUpdate(Patch):
    """What may change. null returns a setting to its default; a name cannot be removed."""

    name: OrgName | None = Field(None, description="for people")
    server: Server | None = Field(None, description=_SERVER)
    concurrency_limit: Concurrency | None = Field(None, description=_CONCURRENCY)
    rate_limit: Rate | None = Field(None, description=_RATE)
    billing_limit: Money | None = Field(None, description=_BILLING)
    compliance_plan: OrganizationCompliance | None = Field(
        None, description="defaults for every assistant that has no compliancePlan of its own"
    )


class Organization(Shape):
    """An organisation as it is shown: of its server everything but the secret."""

    id: str = Field(description="UUID")
    name: str = Field(description="for people")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    server: Json | None = Field(None, description=_SERVER)
    concurrency_limit: int | None = Field(None, description=_CONCURRENCY)
    rate_limit: int | None = Field(None, description=_RATE)
    billing_limit: float | None = Field(None, description=_BILLING)
    compliance_plan: Json | None = Field(None, description="defaults for assistants")


class SigningSecret(Shape):
    """What JWT keys are signed with (HS256)."""

    value: str = Field(description="shown in this answer only")
    previous_expires_at: str | None = Field(None, description="until when the one before still works")
