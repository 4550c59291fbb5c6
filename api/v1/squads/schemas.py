"""Squads: Vapi's CreateSquad, UpdateSquad and SquadMember, with skills, priorities and prepared answers."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from api.http.pages import ListQuery
from api.v1.assistants.schemas.assistant import AssistantOverrides, CreateAssistant
from api.v1.assistants.schemas.base import (
    ONLY_STORED,
    Json,
    Line,
    Name,
    Patch,
    Shape,
    Text,
    VersionNumber,
    complaint,
    refused,
)
from api.v1.assistants.schemas.handoffs import Destination, Id
from api.v1.assistants.schemas.tool_messages import Words
from voice_engine.spec import MemberRole, TransferMode

Skill = Annotated[str, Field(min_length=1, max_length=100)]


class SquadMember(Shape):
    """One assistant of the squad: a stored one or one of its own."""

    assistant_id: Id | None = Field(None, description="a stored assistant")
    agent_id: Id | None = Field(None, description="another word for assistantId")
    assistant: CreateAssistant | None = Field(None, description="or an assistant only for this squad")
    assistant_overrides: AssistantOverrides | None = Field(None, description="laid over the assistant")
    assistant_destinations: list[Destination] = Field(
        default_factory=list, max_length=50, description="whom it may hand the caller to"
    )
    assistant_version: VersionNumber | None = Field(
        None, description="a version of the stored assistant, e.g. v2; default the latest"
    )
    role: MemberRole = Field(
        "secondary", description="the first primary member takes the call; default secondary"
    )
    skills: list[Skill] = Field(
        default_factory=list, max_length=50, description="what it can do, e.g. 退款; commas separate synonyms"
    )
    priority: int = Field(
        0, ge=-1000, le=1000, description="higher goes first among equally skilled; default 0"
    )
    refusal_enabled: bool = Field(True, description="whether it may give a caller back; default true")

    @model_validator(mode="after")
    def _one_assistant(self) -> "SquadMember":
        given = [self.assistant_id, self.agent_id, self.assistant]
        if sum(one is not None for one in given) != 1:
            message = "should be given, or assistant, but not both"
            raise refused("member", complaint("assistant_choice", message, "assistantId"))
        if self.assistant is not None and self.assistant_version is not None:
            raise refused("member", complaint("version_without_id", ONLY_STORED, "assistantVersion"))
        return self


class Transfer(Shape):
    """The same as a destination, said for the squad as a whole. Members by name or by assistant id."""

    from_: Line = Field(alias="from", description="the member that may hand over")
    to: Line = Field(description="the member that takes over")
    description: Line = Field("", description="for the model: when")
    message: Words | None = Field(None, description="as in a destination")
    transfer_mode: TransferMode | None = Field(None, description="as in a destination")


class Faq(Shape):
    """A prepared answer. It is given without a model when the question is one of these."""

    questions: list[Line] = Field(min_length=1, max_length=50, description="ways to ask it")
    answer: Text = Field(min_length=1, description="the answer")


class SquadFields(Shape):
    """Everything that can be said about a squad."""

    name: Name | None = Field(None, description="for people; at most 40 characters")
    members: list[SquadMember] | None = Field(None, min_length=1, max_length=50, description="its assistants")
    members_overrides: AssistantOverrides | None = Field(
        None, description="laid over every member, after its own overrides"
    )
    transfers: list[Transfer] = Field(
        default_factory=list, max_length=200, description="who may hand over to whom"
    )
    faqs: list[Faq] = Field(
        default_factory=list, max_length=200, description="prepared answers, for conversations in text"
    )
    max_handoffs: int = Field(10, ge=0, le=100, description="handoffs in one conversation; default 10")


class CreateSquad(SquadFields):
    """A new squad. The first primary member, else the first one, takes the call."""

    members: list[SquadMember] = Field(min_length=1, max_length=50, description="its assistants")


class UpdateSquad(SquadFields, Patch):
    """Replaces the fields that are named, each as a whole; null removes one, but not the members."""


class Squad(SquadFields):
    """A squad as it is stored, without its secrets."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    latest_version: str = Field(description="v1, and one more for every change")


class SquadQuery(ListQuery):
    """Filters of the list."""

    id_any: list[str] = Field(
        default_factory=list, max_length=100, description="only these; commas or repeated"
    )

    @property
    def ids(self) -> list[str]:
        """The ids that were asked for."""
        return [id for listed in self.id_any for part in listed.split(",") if (id := part.strip())]


# ── conversations in text ────────────────────────────────────────────────────────────────────────────


class Execute(Shape):
    """One message to a squad."""

    input: Annotated[str, Field(min_length=1, max_length=10_000)] = Field(description="what the person says")
    session_id: Id | None = Field(None, description="continues a conversation; default: a new one")
    context: Json = Field(
        default_factory=dict, description="merged into what all members know; values for {{ }} templates"
    )


class ExecutedHandoff(Shape):
    """One member handed the conversation to another."""

    from_: str = Field(alias="from", description="who had it")
    to: str = Field(description="who has it")
    reason: str = Field(description="as the model gave it")
    message: str = Field(description="what the person is told; empty when silent")
    silent: bool = Field(description="whether the person is told nothing")
    returned: bool = Field(description="true: the member refused and `to` has it again")
    summary: Json = Field(description="previousAgent, userIntent, keyFacts, pendingTasks")


class Executed(Shape):
    """The answer, who gave it and why."""

    squad_id: str = Field(description="the squad")
    session_id: str = Field(description="give it with the next message")
    output: str = Field(description="the answer; announcements of handoffs included")
    member: str = Field(description="who answered last, and has the conversation now")
    assistant_id: str | None = Field(None, description="the member's stored assistant")
    intent: str = Field(description="the skill that was recognised; empty when none was")
    confidence: float = Field(description="0 … 1")
    routed_by: Literal["rules", "model", "default", "faq"] = Field(description="who recognised it")
    handoffs: list[ExecutedHandoff] = Field(description="in their order")
    context: Json = Field(description="what all members know now")
    usage: list[Json] = Field(description="per model asked: member, provider, model, quantities, costMicros")
