"""What is said around a tool call."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.v1.assistants.schemas.base import Line, Shape, expected


class TextContent(Shape):
    """One language's version of a message."""

    type: Literal["text"] = Field(description="always text")
    text: Line = Field(description="what is said")
    language: str = Field(description="BCP 47 code, e.g. zh or en")


class CustomMessage(Shape):
    """The same words, perhaps in several languages."""

    type: Literal["custom-message"] = Field("custom-message", description="custom-message")
    content: Line | None = Field(None, description="the words")
    contents: list[TextContent] = Field(default_factory=list, max_length=20, description="per language")


Words = Annotated[Line | CustomMessage, expected("a text or an object with content or contents")]


class Condition(Shape):
    """When a message is chosen, by the value of an argument."""

    operator: Literal["eq", "neq", "gt", "gte", "lt", "lte"] = Field(description="comparison")
    param: Line = Field(description="name of the argument")
    value: Any = Field(description="what it is compared with")


class ToolMessage(Shape):
    """What is said around a tool call. Of several for one moment the first whose conditions hold is said."""

    type: Literal["request-start", "request-complete", "request-failed", "request-response-delayed"] = Field(
        description="at which moment"
    )
    content: Line | None = Field(None, description="the words; empty = nothing; may hold {{ }} templates")
    contents: list[TextContent] = Field(
        default_factory=list, max_length=20, description="the words per language; content is for all others"
    )
    conditions: list[Condition] = Field(default_factory=list, max_length=20, description="all must hold")
    blocking: bool = Field(False, description="request-start: the call waits until it has been heard")
    role: Literal["assistant", "system"] | None = Field(
        None,
        description="request-complete and -failed: assistant (default) = said in the model's place; system ="
        " told the model",
    )
    end_call_after_spoken_enabled: bool = Field(
        False, description="request-complete and -failed: the call ends then"
    )
    timing_milliseconds: int | None = Field(
        None, ge=100, le=120_000, description="request-response-delayed: after how many ms; default 1200"
    )
