"""Tools the model may call."""

from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from api.v1.assistants.schemas.base import Json, Line, Shape, Text, Url, one_of
from api.v1.assistants.schemas.destinations import TransferDestination
from api.v1.assistants.schemas.handoffs import HandoffDestination
from api.v1.assistants.schemas.server import BackoffPlan, Server
from api.v1.assistants.schemas.tool_messages import ToolMessage
from api.v1.assistants.schemas.tool_plans import ToolRejectionPlan, VariableExtractionPlan
from api.v1.assistants.schemas.urls import fixed_host

API_REQUEST = "api_request_tool"
_ELSEWHERE = "use apiRequest with the service's own API, or its MCP server with mcp"
_ANTHROPIC = "only Anthropic's models run it: use mcp, or function with a server of yours"
_INSTEAD = {
    "sms": "send texts with apiRequest and your SMS provider's API",
    "sipRequest": "use transferCall or dtmf, or function with a server that speaks to your exchange",
    "code": "your code runs on your server: use function or apiRequest",
    "bash": _ANTHROPIC,
    "computer": _ANTHROPIC,
    "textEditor": _ANTHROPIC,
    "google.calendar.event.create": _ELSEWHERE,
    "google.calendar.availability.check": _ELSEWHERE,
    "google.sheets.row.append": _ELSEWHERE,
    "slack.message.send": _ELSEWHERE,
    "ghl": _ELSEWHERE,
    "make": _ELSEWHERE,
    "output": "use analysisPlan.structuredDataPlan for what is to be known after the call",
    "knowledgeBase": "files of a knowledge base are not searched yet: use query with a server of yours",
}


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


class ToolParameter(Shape):
    """An argument that your server is always sent; the model neither sees nor sets it."""

    key: str = Field(description="name of the argument")
    value: Any = Field(description="any JSON; strings may hold {{ }} templates")


class _Tool(Shape):
    messages: list[ToolMessage] = Field(
        default_factory=list, max_length=50, description="what is said around the call"
    )
    rejection_plan: ToolRejectionPlan | None = Field(None, description="when it is not run; default never")


class _AlwaysRun(_Tool):
    @field_validator("rejection_plan")
    @classmethod
    def _no_plan(cls, plan: ToolRejectionPlan | None) -> ToolRejectionPlan | None:
        if plan and plan.conditions:
            raise ValueError("not available for tools of this type: leave it out")
        return plan


class _Answering(_Tool):
    variable_extraction_plan: VariableExtractionPlan | None = Field(
        None, description="what of its JSON answer tools that follow may use in templates"
    )


class FunctionTool(_Answering):
    """A function of yours: run by your server if there is one, else by the client in the call."""

    type: Literal["function"] = Field(description="function")
    function: Function = Field(description="its name, purpose and arguments")
    server: Server | None = Field(
        None, description="who runs it; default assistant.server if it is sent tool-calls, else the client"
    )
    parameters: list[ToolParameter] = Field(
        default_factory=list, max_length=50, description="arguments your server is always sent"
    )
    async_: bool = Field(
        False, alias="async", description="the model goes on at once and is told the result when it comes"
    )


class EndCallTool(_Tool):
    """Lets the model hang up; it is offered under the name endCall."""

    type: Literal["endCall"] = Field(description="endCall")
    function: Function | None = Field(None, description="another name or description for the model")
    server: Server | None = Field(None, description="accepted; hanging up needs no server")


class TransferCallTool(_Tool):
    """Transfers the call; offered under the name transferCall with the argument destination."""

    type: Literal["transferCall"] = Field(description="transferCall")
    destinations: list[TransferDestination] = Field(
        default_factory=list,
        max_length=50,
        description="where to; empty = your server is asked by transfer-destination-request",
    )
    function: Function | None = Field(None, description="another name or description for the model")
    server: Server | None = Field(None, description="who is asked; default assistant.server")


class HandoffTool(_AlwaysRun):
    """Hands the caller over to another assistant: each destination is a tool of its own."""

    type: Literal["handoff"] = Field(description="handoff")
    destinations: list[HandoffDestination] = Field(
        min_length=1, max_length=50, description="who may take over; assistantName is a member of the squad"
    )
    function: Function | None = Field(None, description="its name and description, for a single destination")
    server: Server | None = Field(
        None, description="asked for dynamic destinations; default assistant.server"
    )
    default_result: Line | None = Field(None, description="accepted; the squad tells the model itself")


class DtmfTool(_Tool):
    """Presses keys: 0-9, * and #; w is a pause of half a second. Offered under the name dtmf."""

    type: Literal["dtmf"] = Field(description="dtmf")
    sip_info_dtmf_enabled: bool = Field(False, description="accepted; the line decides how keys travel")
    function: Function | None = Field(None, description="another name or description for the model")


class CustomKnowledgeBase(Shape):
    """A server of yours that knows something."""

    provider: Literal["custom-knowledge-base"] = Field(
        description="custom-knowledge-base: your server answers knowledge-base-request"
    )
    server: Server = Field(description="who is asked")

    @field_validator("provider", mode="before")
    @classmethod
    def _custom_only(cls, value: Any) -> Any:
        if value != "custom-knowledge-base":
            raise ValueError("only custom-knowledge-base is available: a server of yours that is asked")
        return value

    @field_validator("server")
    @classmethod
    def _has_url(cls, server: Server) -> Server:
        if not server.url:
            raise ValueError("needs the url of your server")
        return server


class KnowledgeBase(CustomKnowledgeBase):
    """Something of yours that can be asked."""

    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$", description="the tool's name for the model")
    description: Text = Field("", description="for the model: what is known there")


class QueryTool(_Tool):
    """Lets the model look something up on your server; each knowledge base is a tool of its own."""

    type: Literal["query"] = Field(description="query")
    knowledge_bases: list[KnowledgeBase] = Field(min_length=1, max_length=10, description="who is asked")


class McpMetadata(Shape):
    """How the server is spoken to."""

    protocol: Literal["shttp", "sse"] = Field("shttp", description="streamable HTTP, or SSE as of old")


class McpMessages(Shape):
    """What is said around one of the server's tools."""

    name: str = Field(min_length=1, max_length=200, description="the tool's name on its server")
    messages: list[ToolMessage] = Field(default_factory=list, max_length=50, description="what is said")


class McpFunction(Shape):
    """What the server is called."""

    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,32}$", description="put before names that are taken")


class McpTool(_AlwaysRun):
    """All tools of an MCP server, listed when the call begins."""

    type: Literal["mcp"] = Field(description="mcp")
    server: Server = Field(description="its url, headers and secret")
    function: McpFunction | None = Field(None, description="what it is called; default mcp")
    tool_messages: list[McpMessages] = Field(
        default_factory=list, max_length=64, description="in place of messages, for some of its tools"
    )
    metadata: McpMetadata | None = Field(None, description="the protocol; default shttp, then sse")

    @field_validator("server")
    @classmethod
    def _has_url(cls, server: Server) -> Server:
        if not server.url:
            raise ValueError("needs the url of the MCP server")
        return server


class RequestFields(Shape):
    """JSON Schema of what is sent. A property with `value` is always sent so, others are the model's."""

    type: Literal["object"] = Field("object", description="always object")
    properties: dict[Annotated[str, Field(min_length=1, max_length=100)], Json] = Field(
        default_factory=dict,
        max_length=100,
        description="name → JSON Schema; its `value` (any JSON, strings may hold {{ }} templates) fixes it",
    )
    required: list[str] = Field(default_factory=list, description="what the model must give")
    description: Line | None = Field(None, description="what this is as a whole")
    title: Line | None = Field(None, description="accepted; the model is not told")


class HeaderFields(RequestFields):
    """Headers of a request, described like its body."""

    properties: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")], Json] = Field(
        default_factory=dict,
        max_length=50,
        description="name → {type, value}; without value the model is asked for it",
    )


class ApiRequestTool(_Answering):
    """An HTTP request that we make ourselves; its answer goes to the model."""

    type: Literal["apiRequest"] = Field(description="apiRequest")
    name: str = Field(
        API_REQUEST,
        pattern=r"^[a-zA-Z0-9_-]{1,40}$",
        description=f"its name for the model: letters, digits, _ and -; default {API_REQUEST}",
    )
    description: Text = Field("", description="for the model: when to make the request")
    method: Literal["POST", "GET", "PUT", "PATCH", "DELETE"] = Field(description="the HTTP method")
    url: Url = Field(
        description="http(s) URL; may hold {{ }} templates of variables and arguments. What no variable is"
        " called becomes an argument of the model. Arguments are percent-encoded"
    )
    headers: HeaderFields | None = Field(None, description="headers to send; default Content-Type alone")
    body: RequestFields | None = Field(
        None, description="what is sent: as JSON, or with GET in the query; default nothing"
    )
    parameters: list[ToolParameter] = Field(
        default_factory=list, max_length=50, description="always sent beside the body's properties"
    )
    timeout_seconds: float = Field(
        20, ge=1, le=300, description="seconds for the whole answer, repetitions included; default 20"
    )
    backoff_plan: BackoffPlan | None = Field(
        None, description="how a request that failed (no answer, 429, 5xx) is repeated; default not at all"
    )
    credential_id: str | None = Field(
        None, min_length=1, max_length=64, description="a stored credential (webhook, custom-credential)"
    )
    encrypted_paths: list[str] = Field(default_factory=list, description="not available yet: leave empty")
    function: Function | None = Field(
        None, description="accepted, as older configurations have it; its name counts where name is left out"
    )

    @model_validator(mode="after")
    def _credential_goes_where_it_is_meant(self) -> "ApiRequestTool":
        fixed_host(self.url, self.credential_id)
        return self

    @field_validator("encrypted_paths")
    @classmethod
    def _in_the_clear(cls, value: list[str]) -> list[str]:
        if value:
            raise ValueError("not available for requests of our own: leave it out")
        return value

    @property
    def known_as(self) -> str:
        """Its name for the model."""
        if self.function is None or "name" in self.model_fields_set:
            return self.name
        return self.function.name


class VoicemailTool(_Tool):
    """Lets the model leave `voicemailMessage` and hang up; it is offered under the name voicemail."""

    type: Literal["voicemail"] = Field(description="voicemail")
    beep_detection_enabled: bool = Field(False, description="wait for the beep first; default false")
    function: Function | None = Field(None, description="another name or description for the model")


SHAPES: dict[str, type[Shape]] = {
    "function": FunctionTool,
    "apiRequest": ApiRequestTool,
    "transferCall": TransferCallTool,
    "endCall": EndCallTool,
    "dtmf": DtmfTool,
    "handoff": HandoffTool,
    "query": QueryTool,
    "mcp": McpTool,
    "voicemail": VoicemailTool,
}


def _refuse(kind: Any) -> str:
    available = ", ".join(SHAPES)
    instead = _ELSEWHERE if str(kind).startswith("gohighlevel.") else _INSTEAD.get(str(kind), "")
    if instead:
        return f"{kind} is not available in this installation: {instead}; available: {available}"
    near = get_close_matches(str(kind), SHAPES, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"should be one of the following values: {available}{hint}"


AnyTool = (
    FunctionTool
    | ApiRequestTool
    | TransferCallTool
    | EndCallTool
    | DtmfTool
    | HandoffTool
    | QueryTool
    | McpTool
    | VoicemailTool
)
Tool = Annotated[AnyTool, one_of("type", SHAPES, _refuse)]
