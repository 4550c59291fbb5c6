"""Reactions to moments of a call. Stored and returned; not acted on by this version."""

from typing import Annotated, Literal

from pydantic import Field

from api.v1.assistants.schemas.base import Json, Line, Shape, expected
from api.v1.assistants.schemas.model import OpenAIMessage
from api.v1.assistants.schemas.tools import Tool

Percent = Annotated[float, Field(ge=0, le=1)]
MOMENTS = (
    "call.ending", "call.timeElapsed", "session.created", "assistant.speech.interrupted",
    "customer.speech.interrupted", "customer.speech.timeout", "model.response.timeout",
    "assistant.transcriber.endpointedSpeechLowConfidence",
)  # fmt: skip
_MOMENT = r"^(" + "|".join(name.replace(".", r"\.") for name in MOMENTS) + r")(\[.*\])?$"
Moment = Annotated[
    str, Field(pattern=_MOMENT), expected(f"one of the following values: {', '.join(MOMENTS)}")
]


class HookFilter(Shape):
    """All filters must hold."""

    type: Literal["oneOf"] = Field(description="oneOf")
    key: Line = Field(description="what is looked at, e.g. call.endedReason")
    one_of: list[Line] = Field(description="the values it may have")


class HookAction(Shape):
    """What is done."""

    type: Literal["say", "tool", "message.add"] = Field(description="which action")
    exact: Annotated[Line | list[Line], expected("a text or a list of texts")] | None = Field(
        None, description="say: these words, or one of them"
    )
    prompt: Annotated[Line | list[Json], expected("a text or a list of messages")] | None = Field(
        None, description="say: let the model find the words"
    )
    tool: Tool | None = Field(None, description="tool: the tool to run")
    tool_id: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        None, description="tool: a stored tool in place of tool"
    )
    message: OpenAIMessage | None = Field(None, description="message.add: for the model's context")
    trigger_response_enabled: bool = Field(True, description="message.add: let the model answer")


class HookOptions(Shape):
    """Options of the hook's moment."""

    timeout_seconds: float | None = Field(None, ge=1, le=1000, description="customer.speech.timeout: seconds")
    trigger_max_count: int | None = Field(None, ge=1, le=10, description="customer.speech.timeout: how often")
    trigger_reset_mode: Literal["onUserSpeech", "never"] | None = Field(
        None, description="customer.speech.timeout: when the count starts anew"
    )
    confidence_min: Percent | None = Field(None, description="endpointedSpeechLowConfidence: from")
    confidence_max: Percent | None = Field(None, description="endpointedSpeechLowConfidence: to")
    seconds: float | None = Field(None, ge=1, le=43_200, description="call.timeElapsed: seconds")


class Hook(Shape):
    """When, and what then."""

    on: Moment = Field(description="the moment, e.g. customer.speech.timeout")
    do: list[HookAction] = Field(description="in this order")
    filters: list[HookFilter] = Field(default_factory=list, description="call.ending only")
    options: HookOptions | None = Field(None, description="of the moment")
    name: Line | None = Field(None, description="to tell hooks apart")
