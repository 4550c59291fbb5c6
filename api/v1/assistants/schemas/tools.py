"""Tools the model may call. This installation runs `function` and `endCall`."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from api.v1.assistants.schemas.base import Json, Line, Shape, Text, one_of
from api.v1.assistants.schemas.server import Server

NOT_YET = (
    "apiRequest", "transferCall", "dtmf", "handoff", "query", "mcp", "sms", "voicemail", "sipRequest",
    "code", "bash", "computer", "textEditor", "google.calendar.event.create",
    "google.calendar.availability.check", "google.sheets.row.append", "slack.message.send", "ghl", "make",
    "output", "knowledgeBase",
)  # fmt: skip


class FunctionParameters(Shape):
    """JSON Schema of the arguments, an object at the top."""

    type: Literal["object"] = Field(description="always object")
    properties: Json = Field(description="name → JSON Schema of that argument")
    required: list[str] = Field(default_factory=list, description="names of the arguments that must be given")
    description: str | None = Field(None, description="what the arguments are as a whole")
    additional_properties: bool | Json | None = Field(None, description="JSON Schema additionalProperties")


class Function(Shape):
    """What the model is told about a function."""

    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$", description="letters, digits, _ and -, at most 64")
    description: Text = Field("", description="when to call it; may hold {{ }} templates")
    strict: bool = Field(False, description="accepted; the schema is sent as it is")
    parameters: FunctionParameters | None = Field(None, description="default: no arguments")


class TextContent(Shape):
    """One language's version of a message."""

    type: Literal["text"] = Field(description="always text")
    text: Line = Field(description="what is said")
    language: str = Field(description="BCP 47 code, e.g. zh or en")


class Condition(Shape):
    """When a message is chosen, by the value of an argument."""

    operator: Literal["eq", "neq", "gt", "gte", "lt", "lte"] = Field(description="comparison")
    param: Line = Field(description="name of the argument")
    value: Any = Field(description="what it is compared with")


class ToolMessage(Shape):
    """What is said around a tool call. Stored and returned; not spoken by this version."""

    type: Literal["request-start", "request-complete", "request-failed", "request-response-delayed"] = Field(
        description="at which moment"
    )
    content: Line | None = Field(None, description="the words")
    contents: list[TextContent] = Field(default_factory=list, description="the words per language")
    conditions: list[Condition] = Field(default_factory=list, description="all must hold")
    blocking: bool = Field(False, description="request-start only: the call waits until it is spoken")
    role: Literal["assistant", "system"] | None = Field(
        None, description="request-complete, request-failed only"
    )
    end_call_after_spoken_enabled: bool = Field(False, description="request-complete, request-failed only")
    timing_milliseconds: int | None = Field(
        None, ge=100, le=120_000, description="request-response-delayed only: after how many ms"
    )


class ToolParameter(Shape):
    """An argument that is always sent, whatever the model says."""

    key: str = Field(description="name of the argument")
    value: Any = Field(description="any JSON; strings may hold {{ }} templates")


class _Tool(Shape):
    messages: list[ToolMessage] = Field(default_factory=list, description="what is said around the call")
    rejection_plan: Json | None = Field(None, description="not available yet: leave out")
    variable_extraction_plan: Json | None = Field(None, description="not available yet: leave out")

    @field_validator("rejection_plan", "variable_extraction_plan")
    @classmethod
    def _no_plans(cls, value: Json | None) -> Json | None:
        if value:
            raise ValueError("not available in this installation yet: leave it out")
        return value


class FunctionTool(_Tool):
    """A function of yours: run by your server if there is one, else by the client in the call."""

    type: Literal["function"] = Field(description="function")
    function: Function = Field(description="its name, purpose and arguments")
    server: Server | None = Field(
        None, description="who runs it; default assistant.server if it is sent tool-calls, else the client"
    )
    parameters: list[ToolParameter] = Field(
        default_factory=list, description="not available yet: leave empty"
    )
    async_: bool = Field(False, alias="async", description="not available yet: results are always awaited")

    @field_validator("parameters", "async_")
    @classmethod
    def _not_yet(cls, value: Any) -> Any:
        if value:
            raise ValueError("not available in this installation yet: leave it out")
        return value


class EndCallTool(_Tool):
    """Lets the model hang up; it is offered under the name endCall."""

    type: Literal["endCall"] = Field(description="endCall")
    function: Function | None = Field(None, description="another name or description for the model")
    server: Server | None = Field(None, description="accepted; hanging up needs no server")


_SHAPES: dict[str, type[Shape]] = {"function": FunctionTool, "endCall": EndCallTool}


def _refuse(kind: Any) -> str:
    available = ", ".join(_SHAPES)
    if kind in NOT_YET or str(kind).startswith("gohighlevel."):
        return f"{kind} is not available in this installation yet; available: {available}"
    return f"should be one of the following values: {available}"


Tool = Annotated[FunctionTool | EndCallTool, one_of("type", _SHAPES, _refuse)]
