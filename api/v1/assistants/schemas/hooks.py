"""What an assistant does at moments of its call."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails

from api.v1.assistants.schemas.base import Json, Line, Shape, complaint, expected, refused
from api.v1.assistants.schemas.model import OpenAIMessage
from api.v1.assistants.schemas.tools import McpTool, QueryTool, Tool

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
    key: Literal["call.endedReason", "endedReason"] = Field(description="what is looked at: call.endedReason")
    one_of: list[Line] = Field(max_length=200, description="the values it may have")


class HookAction(Shape):
    """What is done."""

    type: Literal["say", "tool", "message.add"] = Field(
        description="say (exact or prompt), tool (tool or toolId), message.add (message)"
    )
    exact: Annotated[Line | list[Line], expected("a text or a list of texts")] | None = Field(
        None, description="say: these words; of a list one after the other, one each time"
    )
    prompt: Annotated[Line | list[Json], expected("a text or a list of messages")] | None = Field(
        None, description="say: told the model, which then finds the words; stays in its context"
    )
    tool: Tool | None = Field(None, description="tool: the tool to run")
    tool_id: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        None, description="tool: a stored tool in place of tool"
    )
    message: OpenAIMessage | None = Field(None, description="message.add: for the model's context")
    trigger_response_enabled: bool = Field(True, description="message.add: let the model answer")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {"say": ("exact", "prompt"), "tool": ("tool", "tool_id"), "message.add": ("message",)}
        names = needed[self.type]
        if not any(getattr(self, name) for name in names):
            known = " or ".join(to_camel(name) for name in names)
            message = f"should not be empty in an action of type {self.type}: give {known}"
            raise refused("action", complaint("missing", message, to_camel(names[0])))
        if isinstance(self.tool, QueryTool | McpTool):
            message = f"{self.tool.type} cannot be run by a hook: nobody asks it anything"
            raise refused("action", complaint("wrong_tool", message, "tool", "type"))
        return self


class HookOptions(Shape):
    """Options of the hook's moment."""

    timeout_seconds: float | None = Field(
        None, ge=1, le=1000, description="customer.speech.timeout: seconds of silence; default 7.5"
    )
    trigger_max_count: int | None = Field(
        None, ge=1, le=10, description="customer.speech.timeout: how often at most; default 3"
    )
    trigger_reset_mode: Literal["onUserSpeech", "never"] | None = Field(
        None, description="customer.speech.timeout: when the count starts anew; default never"
    )
    confidence_min: Percent | None = Field(None, description="lowConfidence: from; default 0.2 below max")
    confidence_max: Percent | None = Field(None, description="lowConfidence: below; default 0.4")
    seconds: float | None = Field(None, ge=1, le=43_200, description="call.timeElapsed: seconds")


class Hook(Shape):
    """When, and what then."""

    on: Moment = Field(description="the moment, e.g. customer.speech.timeout")
    do: list[HookAction] = Field(max_length=20, description="in this order")
    filters: list[HookFilter] = Field(
        default_factory=list, max_length=20, description="call.ending only; all must hold"
    )
    options: HookOptions | None = Field(None, description="of the moment")
    name: Line | None = Field(None, description="to tell hooks apart")

    @property
    def moment(self) -> str:
        """Without what may stand in brackets behind it."""
        return self.on.partition("[")[0]

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        lines = [*self._wrong_actions(), *self._wrong_options()]
        if lines:
            raise refused("hook", *lines)
        return self

    def _wrong_actions(self) -> Iterator[InitErrorDetails]:
        for number, action in enumerate(self.do):
            if self.moment == "model.response.timeout" and action.type == "say" and not action.exact:
                message = "should not be empty here: the model, which would follow a prompt, is what is late"
                yield complaint("missing", message, "do", number, "exact")
            if self.moment == "session.created" and action.type != "tool":
                yield complaint(
                    "wrong_action", "should be tool in a session.created hook", "do", number, "type"
                )

    def _wrong_options(self) -> Iterator[InitErrorDetails]:
        given = self.options or HookOptions()
        if self.moment == "call.timeElapsed" and given.seconds is None:
            yield complaint("missing", "is required in a call.timeElapsed hook", "options", "seconds")
        if self.filters and self.moment != "call.ending":
            yield complaint(
                "wrong_filters", "should be empty: only call.ending hooks have filters", "filters"
            )
        low, high = given.confidence_min, given.confidence_max
        if low is not None and high is not None and low >= high:
            yield complaint("wrong_range", "should be below confidenceMax", "options", "confidenceMin")
