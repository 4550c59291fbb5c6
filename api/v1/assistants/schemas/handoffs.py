"""Whom a member of a squad may hand a person over to."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from api.v1.assistants.schemas.base import Line, Name, Shape, complaint, one_of, refused
from api.v1.assistants.schemas.tool_messages import Words
from voice_engine.spec import TransferMode

Id = Annotated[str, Field(min_length=1, max_length=64)]


def _nothing(value: Any) -> Any:
    if value:
        raise ValueError("not available in this installation yet: leave it out")
    return value


NotYet = Annotated[Any, AfterValidator(_nothing)]


class ContextPlan(Shape):
    """How much of the conversation goes along."""

    type: Literal["all", "none", "lastNMessages"] = Field(description="all, none or lastNMessages")
    max_messages: int | None = Field(None, ge=0, le=1000, description="lastNMessages: how many")


class MemberDestination(Shape):
    """Another member. It is found by its assistant's name or id."""

    type: Literal["assistant"] = Field(description="assistant")
    assistant_name: Name | None = Field(None, description="the member's name")
    assistant_id: Id | None = Field(None, description="or its stored assistant")
    description: Line = Field("", description="for the model: when to hand the caller over")
    message: Words | None = Field(
        None, description='said first, {name} being the member; "" = silent; default 正在为您转接{name}…'
    )
    transfer_mode: TransferMode | None = Field(
        None, description="what the next model knows; default: everything, under its own prompt"
    )
    context_engineering_plan: ContextPlan | None = Field(None, description="how much goes along; default all")
    assistant: NotYet = Field(None, description="not available yet: name a member")
    assistant_overrides: NotYet = Field(None, description="not available yet: override the member")
    variable_extraction_plan: NotYet = Field(None, description="not available yet; facts go into the summary")

    @model_validator(mode="after")
    def _one_target(self) -> "MemberDestination":
        if (self.assistant_name is None) == (self.assistant_id is None):
            message = "should be given, or assistantId, but not both"
            raise refused("destination", complaint("destination_choice", message, "assistantName"))
        return self


def _refuse(kind: Any) -> str:
    if kind in ("number", "sip", "squad", "dynamic"):
        return f"{kind} is not available in a squad yet; available: assistant"
    return "should be one of the following values: assistant"


Destination = Annotated[MemberDestination, one_of("type", {"assistant": MemberDestination}, _refuse)]
