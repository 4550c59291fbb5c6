"""When a tool is not run although the model asks for it, and what is kept of its answer."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator

from api.v1.assistants.schemas.base import Json, Shape, one_of
from voice_engine.kernel.patterns import check

_MOST = 20  # conditions of one tool
Regex = Annotated[str, AfterValidator(lambda raw: check(raw) or raw)]


class MessageTarget(Shape):
    """Which message of the conversation is looked at."""

    role: Literal["user", "assistant"] | None = Field(None, description="only messages of this one")
    position: int = Field(
        -1, ge=-1000, le=1000, description="-1 = the most recent one, 0 = the first one; default -1"
    )


class RegexCondition(Shape):
    """Whether a message matches a pattern."""

    type: Literal["regex"] = Field(description="regex")
    regex: Regex = Field(description="searched in the message; (?i) ignores case")
    target: MessageTarget | None = Field(None, description="default the most recent message")
    negate: bool = Field(False, description="true: holds when it does not match; default false")


class LiquidCondition(Shape):
    """Whether a template says true."""

    type: Literal["liquid"] = Field(description="liquid")
    liquid: str = Field(
        min_length=1, max_length=10_000, description="gives true; knows the variables and messages"
    )


class GroupCondition(Shape):
    """Several conditions as one."""

    type: Literal["group"] = Field(description="group")
    operator: Literal["AND", "OR"] = Field(description="AND = all of them, OR = one of them")
    conditions: list["Condition"] = Field(min_length=1, max_length=20, description="what is combined")


_SHAPES: dict[str, type[Shape]] = {
    "regex": RegexCondition,
    "liquid": LiquidCondition,
    "group": GroupCondition,
}


def _refuse(_: Any) -> str:
    return f"should be one of the following values: {', '.join(_SHAPES)}"


AnyCondition = RegexCondition | LiquidCondition | GroupCondition
Condition = Annotated[AnyCondition, one_of("type", _SHAPES, _refuse)]
GroupCondition.model_rebuild()


class ToolRejectionPlan(Shape):
    """The tool is not run while all of these hold; the model is told so."""

    conditions: list[Condition] = Field(
        default_factory=list,
        max_length=20,
        description="all must hold; a group with OR asks for one; at most 20, those in groups included",
    )

    @field_validator("conditions")
    @classmethod
    def _few(cls, conditions: list[AnyCondition]) -> list[AnyCondition]:
        if _count(conditions) > _MOST:
            raise ValueError(f"should be at most {_MOST} conditions, those in groups included")
        return conditions


def _count(conditions: Sequence[AnyCondition]) -> int:
    return sum(1 + _count(getattr(each, "conditions", ())) for each in conditions)


class Alias(Shape):
    """A variable that is made of others."""

    key: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z_][\w-]*$", description="its name")
    value: str = Field(
        max_length=10_000, description="a template; knows the variables and the answer's fields"
    )


class VariableExtractionPlan(Shape):
    """What of a tool's JSON answer becomes variables for tools that follow in the conversation."""

    schema_: Json | None = Field(
        None,
        alias="schema",
        description="JSON Schema: its properties are taken from the answer; a plain value needs a title",
    )
    aliases: list[Alias] = Field(default_factory=list, max_length=50, description="variables made of others")
