"""Whom a member of a squad, or an assistant by itself, may hand a person over to."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from api.v1.assistants.schemas.base import Json, Line, Name, Shape, Text, complaint, one_of, refused
from api.v1.assistants.schemas.server import Server
from api.v1.assistants.schemas.tool_messages import Words
from voice_engine.spec import TransferMode

Id = Annotated[str, Field(min_length=1, max_length=64)]


# An assistant has tools, and tools have destinations: their shapes are known only when these are read.
def _assistant(value: Json) -> Json:
    from api.v1.assistants.schemas.assistant import CreateAssistant

    if value.get("credentials"):
        message = "should be left out here: store the keys with POST /v1/credentials"
        raise refused("assistant", complaint("credentials", message, "credentials"))
    return CreateAssistant.model_validate(value).given()


def _overrides(value: Json) -> Json:
    from api.v1.assistants.schemas.assistant import AssistantOverrides

    if value.get("credentials"):
        message = "should be left out here: store the keys with POST /v1/credentials"
        raise refused("assistantOverrides", complaint("credentials", message, "credentials"))
    return AssistantOverrides.model_validate(value).given()


def _squad(value: Json) -> Json:
    from api.v1.squads.schemas import CreateSquad

    for number, member in enumerate(CreateSquad.model_validate(value).given()["members"]):
        for key in ("assistant", "assistantOverrides"):
            if (member.get(key) or {}).get("credentials"):
                message = "should be left out here: store the keys with POST /v1/credentials"
                where = ("members", number, key, "credentials")
                raise refused("squad", complaint("credentials", message, *where))
    return value


AnAssistant = Annotated[Json, AfterValidator(_assistant)]
Overrides = Annotated[Json, AfterValidator(_overrides)]
ASquad = Annotated[Json, AfterValidator(_squad)]


class ContextPlan(Shape):
    """How much of the conversation goes along."""

    type: Literal["all", "none", "lastNMessages", "userAndAssistantMessages", "previousAssistantMessages"] = (
        Field(
            description="all; none; lastNMessages; userAndAssistantMessages: words only, no tools; "
            "previousAssistantMessages: what was said since the assistant that hands over took over"
        )
    )
    max_messages: int | None = Field(None, ge=0, le=1000, description="lastNMessages: how many")


class Alias(Shape):
    """A variable made of others."""

    key: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,39}$", description="its name in templates")
    value: Text = Field(description="a template, e.g. {{ firstName }} {{ lastName }}")


class HandoffVariables(Shape):
    """What the model states when it hands over; templates of the next assistant can name it."""

    json_schema: Json | None = Field(None, alias="schema", description="JSON Schema, an object of variables")
    aliases: list[Alias] = Field(default_factory=list, max_length=50, description="variables made of them")


class _Handoff(Shape):
    description: Line = Field("", description="for the model: when to hand the caller over")
    message: Words | None = Field(
        None, description='said first, {name} being who takes over; "" = silent; default 正在为您转接{name}…'
    )
    transfer_mode: TransferMode | None = Field(
        None, description="what the next model knows; default: everything, under its own prompt"
    )
    context_engineering_plan: ContextPlan | None = Field(None, description="how much goes along; default all")
    variable_extraction_plan: HandoffVariables | None = Field(
        None, description="asked of the model with the handoff"
    )


class MemberDestination(_Handoff):
    """An assistant: a member by its name, a stored one by its id, or one of its own."""

    type: Literal["assistant"] = Field(description="assistant")
    assistant_name: Name | None = Field(None, description="a member's name")
    assistant_id: Id | None = Field(None, description="or a stored assistant, member or not")
    assistant: AnAssistant | None = Field(None, description="or an assistant only for this (CreateAssistant)")
    assistant_overrides: Overrides | None = Field(
        None, description="laid over a stored assistant (AssistantOverrides)"
    )

    @model_validator(mode="after")
    def _one_target(self) -> "MemberDestination":
        given = [one for one in (self.assistant_name, self.assistant_id, self.assistant) if one is not None]
        if len(given) != 1:
            message = "should be given, or assistantId, or assistant, but only one of them"
            raise refused("destination", complaint("destination_choice", message, "assistantName"))
        if self.assistant_overrides and self.assistant_id is None:
            message = "should stand beside an assistantId"
            raise refused("destination", complaint("overrides", message, "assistantOverrides"))
        return self


class SquadDestination(_Handoff):
    """Another squad: its members stand beside those there are."""

    type: Literal["squad"] = Field(description="squad")
    squad_id: Id | None = Field(None, description="a stored squad")
    squad: ASquad | None = Field(None, description="or a squad only for this (CreateSquad)")
    entry_assistant_name: Name | None = Field(None, description="who takes over; default its entry member")
    squad_overrides: Overrides | None = Field(None, description="laid over every member")

    @model_validator(mode="after")
    def _one_target(self) -> "SquadDestination":
        if (self.squad_id is None) == (self.squad is None):
            message = "should be given, or squad, but not both"
            raise refused("destination", complaint("destination_choice", message, "squadId"))
        return self


class DynamicDestination(Shape):
    """Your server names the destination when it is asked by handoff-destination-request."""

    type: Literal["dynamic"] = Field(description="dynamic")
    server: Server | None = Field(None, description="who is asked; default the tool's, else assistant.server")
    description: Line = Field("", description="for the model: when to hand the caller over")


_ANYWHERE: dict[str, type[Shape]] = {
    "assistant": MemberDestination,
    "squad": SquadDestination,
    "dynamic": DynamicDestination,
}


def _refuse(kind: Any) -> str:
    if kind in ("number", "sip"):
        return f"{kind} is not a handoff: use the tool transferCall"
    return f"should be one of the following values: {', '.join(_ANYWHERE)}"


def _refuse_in_squad(kind: Any) -> str:
    if kind in ("number", "sip"):
        return f"{kind} is not available in a squad: use the tool transferCall"
    if kind in ("squad", "dynamic"):
        return f"{kind} is not available here: use the tool handoff"
    return "should be one of the following values: assistant"


AnyHandoff = MemberDestination | SquadDestination | DynamicDestination
HandoffDestination = Annotated[AnyHandoff, one_of("type", _ANYWHERE, _refuse)]
Destination = Annotated[MemberDestination, one_of("type", {"assistant": MemberDestination}, _refuse_in_squad)]

_NAMED: dict[str, type[Shape]] = {"assistant": MemberDestination, "squad": SquadDestination}


def _refuse_named(_: Any) -> str:
    return f"should be one of the following values: {', '.join(_NAMED)}"


NamedDestination = Annotated[MemberDestination | SquadDestination, one_of("type", _NAMED, _refuse_named)]
