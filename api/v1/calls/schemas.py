"""Calls as Vapi has them: CreateCall, CreateWebCall, UpdateCall, the list's filters and the answer."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from api.http.pages import ListQuery
from api.v1.assistants.schemas.assistant import AssistantOverrides, CreateAssistant
from api.v1.assistants.schemas.base import (
    ONLY_STORED,
    Json,
    Name,
    Patch,
    Shape,
    VersionNumber,
    complaint,
    one_of,
    refused,
)
from api.v1.squads.schemas import CreateSquad
from voice_engine.spec import Encoding

_TELEPHONE = (
    "is not available yet: this installation makes calls over WebSocket, not over the telephone network"
)
Id = Annotated[str, Field(min_length=1, max_length=64)]


def _not_yet(reason: str) -> Any:
    def refuse(value: Any) -> Any:
        if value is not None:
            raise ValueError(reason)
        return value

    return AfterValidator(refuse)


Telephone = Annotated[Any, _not_yet(_TELEPHONE)]
Workflow = Annotated[
    Any, _not_yet("is not available: workflows are Vapi's past; give assistantId or assistant")
]


class AudioFormat(Shape):
    """Raw mono audio, the same in both directions."""

    format: Encoding = Field(
        "pcm_s16le", description="pcm_s16le, or G.711 mulaw or alaw (alaw is Yingda's own)"
    )
    sample_rate: int | None = Field(
        None, ge=8000, le=48_000, description="Hz; default 16000 for pcm_s16le, 8000 for mulaw and alaw"
    )
    container: Literal["raw"] = Field("raw", description="frames without header")

    @property
    def rate(self) -> int:
        """Hz."""
        return self.sample_rate or (16_000 if self.format == "pcm_s16le" else 8000)


class WebsocketTransport(Shape):
    """One WebSocket: binary frames are audio, text frames JSON messages."""

    provider: Literal["vapi.websocket"] = Field(description="vapi.websocket")
    conversation_type: Literal["voice"] = Field("voice", description="voice")
    audio_format: AudioFormat = Field(
        default_factory=lambda: AudioFormat.model_validate({}), description="default pcm_s16le at 16 kHz"
    )


_TRANSPORTS: dict[str, type[Shape]] = {"vapi.websocket": WebsocketTransport}


def _refuse_transport(provider: Any) -> str:
    if provider in ("daily", "vapi.sip", "twilio", "vonage", "telnyx", "vapi"):
        return f"{provider} is not available in this installation yet; available: vapi.websocket"
    return "should be one of the following values: vapi.websocket"


Transport = Annotated[WebsocketTransport, one_of("provider", _TRANSPORTS, _refuse_transport)]


class CreateCustomer(Shape):
    """Who is called. Known to templates as `customer`; nothing is dialled."""

    number: str | None = Field(
        None, min_length=3, max_length=40, description="telephone number, for your records"
    )
    number_e164_check_enabled: bool = Field(
        True, alias="numberE164CheckEnabled", description="accepted; nothing is dialled"
    )
    extension: str | None = Field(None, max_length=10, description="for your records")
    sip_uri: str | None = Field(None, max_length=200, description="for your records")
    name: Name | None = Field(None, description="{{customer.name}}")
    email: Name | None = Field(None, description="{{customer.email}}")
    external_id: Name | None = Field(None, description="your own id of this person")
    assistant_overrides: Annotated[
        Any, _not_yet("is not available yet: use the call's assistantOverrides")
    ] = Field(None, description="not available yet")
    squad_overrides: Annotated[Any, _not_yet("is not available yet: use the call's squadOverrides")] = Field(
        None, description="not available yet"
    )


class _WhoTalks(Shape):
    assistant_id: Id | None = Field(None, description="a stored assistant")
    assistant: CreateAssistant | None = Field(None, description="or one only for this call")
    assistant_overrides: AssistantOverrides | None = Field(
        None,
        description="laid over the assistant or every member; its variableValues fill templates",
    )
    assistant_version: VersionNumber | None = Field(
        None,
        description="a version of the stored assistant, e.g. v2; default: as calls are split, or the latest",
    )
    squad_id: Id | None = Field(None, description="or a stored squad, whose first member begins")
    squad: CreateSquad | None = Field(None, description="or a squad only for this call")
    squad_overrides: AssistantOverrides | None = Field(
        None, description="laid over every member of the squad"
    )
    workflow_id: Workflow = Field(None, description="not available")
    workflow: Workflow = Field(None, description="not available")
    workflow_overrides: Workflow = Field(None, description="not available")
    transport: Transport | None = Field(None, description="default: vapi.websocket, pcm_s16le at 16 kHz")
    customer: CreateCustomer | None = Field(None, description="who it is with")
    name: Name | None = Field(None, description="for your own use")

    @model_validator(mode="after")
    def _one_assistant(self) -> "_WhoTalks":
        choices = [self.assistant_id, self.assistant, self.squad_id, self.squad]
        if sum(choice is not None for choice in choices) != 1:
            message = "should be given, or assistant, squadId or squad, but only one of them"
            raise refused("call", complaint("assistant_choice", message, "assistantId"))
        if self.assistant_version is not None and self.assistant_id is None:
            raise refused("call", complaint("version_without_id", ONLY_STORED, "assistantVersion"))
        if self.squad_overrides is not None and self.squad_id is None and self.squad is None:
            message = "is for a squad: give squadId or squad, or use assistantOverrides"
            raise refused("call", complaint("squad_missing", message, "squadOverrides"))
        return self


class CreateCall(_WhoTalks):
    """A call that waits for its client at `transport.websocketCallUrl`."""

    customers: Telephone = Field(None, description="not available yet")
    customer_id: Telephone = Field(None, description="not available yet")
    phone_number_id: Telephone = Field(None, description="not available yet")
    phone_number: Telephone = Field(None, description="not available yet")
    schedule_plan: Telephone = Field(None, description="not available yet")

    @model_validator(mode="after")
    def _not_by_telephone(self) -> "CreateCall":
        if self.transport is None and self.customer and (self.customer.number or self.customer.sip_uri):
            message = f'{_TELEPHONE}; to talk over WebSocket say so with {{"provider": "vapi.websocket"}}'
            raise refused("call", complaint("telephone_unavailable", message, "transport"))
        return self


class CreateWebCall(_WhoTalks):
    """A call from a browser, with a public key."""

    room_delete_on_user_leave_enabled: bool = Field(True, description="accepted; there is no room to keep")


class UpdateCall(Patch):
    """Only the name can change; null removes it."""

    name: Name | None = Field(None, description="for your own use")


class CallQuery(ListQuery):
    """Filters of the list; all must hold."""

    id: str | None = Field(None, max_length=64, description="one call")
    assistant_id: str | None = Field(None, max_length=64, description="calls with this stored assistant")
    phone_number_id: str | None = Field(None, max_length=64, description="matches none: no telephone yet")


class Call(Shape):
    """A call. What does not apply (yet) is left out."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    type: Literal["vapi.websocketCall", "webCall"] = Field(description="how it was created")
    status: Literal["queued", "in-progress", "ended"] = Field(description="queued until its client connects")
    ended_reason: str | None = Field(None, description="Vapi's endedReason")
    started_at: str | None = Field(None, description="when the client connected")
    ended_at: str | None = Field(None, description="when it ended")
    duration_seconds: float | None = Field(None, description="from startedAt to endedAt, once ended")
    name: str | None = Field(None, description="yours")
    assistant_id: str | None = Field(None, description="the stored assistant")
    assistant_version: str | None = Field(None, description="its version that takes the call, e.g. v2")
    assistant: Json | None = Field(None, description="the transient assistant, without secrets")
    assistant_overrides: Json | None = Field(None, description="as given, without secrets")
    squad_id: str | None = Field(None, description="the stored squad")
    squad: Json | None = Field(None, description="the transient squad, without secrets")
    squad_overrides: Json | None = Field(None, description="as given, without secrets")
    customer: Json | None = Field(None, description="as given")
    transport: Json = Field(description="with websocketCallUrl while the call is queued, good for 10 minutes")
    web_call_url: str | None = Field(None, description="web calls: the same URL")
    monitor: Json | None = Field(None, description="listenUrl and controlUrl until the call has ended")
    cost: float = Field(description="sum of costs, in CNY")
    costs: list[Json] = Field(description="per component")
    cost_breakdown: Json | None = Field(None, description="stt, llm, tts, transport, total …")
    messages: list[Json] = Field(description="the conversation in Vapi's shape")
    transcript: str | None = Field(None, description="the conversation as text")
    summary: str | None = Field(None, description="analysis.summary")
    recording_url: str | None = Field(None, description="mono WAV, signed, good for an hour")
    stereo_recording_url: str | None = Field(None, description="stereo WAV, signed, good for an hour")
    artifact: Json = Field(
        description="messages, transcript, recording URLs, performanceMetrics (latency per turn, line)"
    )
    analysis: Json = Field(description="summary")
