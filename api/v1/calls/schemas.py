"""Calls as Vapi has them: CreateCall, CreateWebCall, UpdateCall and the answer."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from api.http.schema import MomentIn
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

CARRIER = (
    "is not available: Twilio's numbers cannot be dialled from here; store a number of your own SIP trunk "
    "with POST /v1/phone-numbers (provider byo-phone-number) and give its phoneNumberId"
)
_CUSTOMERS = "is not available: customers are not stored here; give customer with a number or a sipUri"
Id = Annotated[str, Field(min_length=1, max_length=64)]
MOST_CUSTOMERS = 1000  # of a batch
CallType = Literal["vapi.websocketCall", "webCall", "outboundPhoneCall", "inboundPhoneCall"]
CallStatus = Literal["scheduled", "queued", "ringing", "in-progress", "forwarding", "ended"]


def _not_yet(reason: str) -> Any:
    def refuse(value: Any) -> Any:
        if value is not None:
            raise ValueError(reason)
        return value

    return AfterValidator(refuse)


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


class SipTransport(Shape):
    """By telephone, through a gateway of this installation."""

    provider: Literal["vapi.sip"] = Field(description="vapi.sip")
    conversation_type: Literal["voice"] = Field("voice", description="voice")
    dial_timeout: int = Field(60, ge=1, le=600, description="seconds it may ring; default 60")
    sbc_call_sid: str | None = Field(None, max_length=200, description="accepted; for your records")
    call_sid: str | None = Field(None, max_length=200, description="accepted; for your records")


_TRANSPORTS: dict[str, type[Shape]] = {"vapi.websocket": WebsocketTransport, "vapi.sip": SipTransport}


def _refuse_transport(provider: Any) -> str:
    available = ", ".join(_TRANSPORTS)
    if provider in ("daily", "twilio", "vonage", "telnyx", "vapi"):
        return f"{provider} is not available in this installation; available: {available}"
    return f"should be one of the following values: {available}"


Transport = Annotated[WebsocketTransport | SipTransport, one_of("provider", _TRANSPORTS, _refuse_transport)]


class CreateCustomer(Shape):
    """Who is called. Known to templates as `customer`."""

    number: str | None = Field(
        None, min_length=3, max_length=40, description="E.164, or as it is written in mainland China"
    )
    number_e164_check_enabled: bool = Field(
        True,
        alias="numberE164CheckEnabled",
        description="false: the number is dialled as it is, e.g. 95588 or an extension; default true",
    )
    extension: str | None = Field(None, max_length=10, description="dialled after the answer")
    sip_uri: str | None = Field(
        None, max_length=200, pattern=r"^sips?:[!-~]+$", description="instead of a number: sip:name@host"
    )
    name: Name | None = Field(None, description="{{customer.name}}")
    email: Name | None = Field(None, description="{{customer.email}}")
    external_id: Name | None = Field(None, description="your own id of this person")
    assistant_overrides: AssistantOverrides | None = Field(
        None, description="for this customer's call, laid over the call's assistantOverrides"
    )
    squad_overrides: AssistantOverrides | None = Field(
        None, description="for this customer's call, laid over the call's squadOverrides"
    )


class SchedulePlan(Shape):
    """When a call is dialled."""

    earliest_at: MomentIn = Field(strict=False, description="ISO 8601 with a zone: not before")
    latest_at: MomentIn | None = Field(
        None, strict=False, description="ISO 8601 with a zone: not after; default: an hour after earliestAt"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "SchedulePlan":
        if self.latest_at is not None and self.latest_at < self.earliest_at:
            message = "should not be before earliestAt"
            raise refused("schedulePlan", complaint("wrong_order", message, "latestAt"))
        return self


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
    session_id: Id | None = Field(
        None,
        description="a session by text that goes on as this call (Yingda's own); who answers there, talks",
    )
    previous_chat_id: Id | None = Field(
        None, description="or a chat that it goes on from (Yingda's own); not with sessionId"
    )

    @model_validator(mode="after")
    def _one_assistant(self) -> "_WhoTalks":
        if self.session_id is not None and self.previous_chat_id is not None:
            message = "should not be given together with sessionId"
            raise refused("call", complaint("past_choice", message, "previousChatId"))
        choices = [self.assistant_id, self.assistant, self.squad_id, self.squad]
        fewest = 0 if self.session_id is not None or self.previous_chat_id is not None else 1
        if not fewest <= sum(choice is not None for choice in choices) <= 1:
            message = "should be given, or assistant, squadId or squad, but only one of them"
            raise refused("call", complaint("assistant_choice", message, "assistantId"))
        if self.assistant_version is not None and self.assistant_id is None:
            raise refused("call", complaint("version_without_id", ONLY_STORED, "assistantVersion"))
        if self.squad_overrides is not None and fewest and self.squad_id is None and self.squad is None:
            message = "is for a squad: give squadId or squad, or use assistantOverrides"
            raise refused("call", complaint("squad_missing", message, "squadOverrides"))
        return self


class CreateCall(_WhoTalks):
    """With `phoneNumberId` the customer is dialled; otherwise the call waits for its client at
    `transport.websocketCallUrl`.
    """

    customers: list[CreateCustomer] | None = Field(
        None, min_length=1, max_length=MOST_CUSTOMERS, description="a batch: each is called by itself"
    )
    customer_id: Annotated[Any, _not_yet(_CUSTOMERS)] = Field(
        None, description="not available: give customer"
    )
    phone_number_id: Id | None = Field(None, description="the stored phone number that calls the customer")
    phone_number: Annotated[Any, _not_yet(CARRIER)] = Field(
        None, description="not available: give phoneNumberId"
    )
    schedule_plan: SchedulePlan | None = Field(None, description="by telephone: dial it later")

    @model_validator(mode="after")
    def _decided(self) -> "CreateCall":
        fault = _fault(self)
        if fault is not None:
            field, message = fault
            raise refused("call", complaint("call_undecided", message, *field.split(".")))
        return self


def _fault(call: CreateCall) -> tuple[str, str] | None:
    """What keeps a call from being one by WebSocket or one by telephone: field and message."""
    if call.customer is not None and call.customers is not None:
        return "customers", "should not be given beside customer: one or the other"
    if call.phone_number_id is not None:
        if call.session_id is not None or call.previous_chat_id is not None:
            field = "previousChatId" if call.session_id is None else "sessionId"
            return (
                field,
                "should not be given with phoneNumberId: only calls over WebSocket go on from a chat",
            )
        if isinstance(call.transport, WebsocketTransport):
            return "transport", "should not be vapi.websocket for a call from a phoneNumberId; leave it out"
        if call.customer is None and call.customers is None:
            return "customer", "should be given: whom should phoneNumberId call?"
        return None
    if isinstance(call.transport, SipTransport) or call.customers or call.schedule_plan:
        return "phoneNumberId", "should be given: which of your phone numbers makes the call?"
    customer = call.customer
    if call.transport is None and customer and (customer.number or customer.sip_uri):
        message = (
            "should be given to call a customer by telephone; to talk over WebSocket say so with "
            '{"transport": {"provider": "vapi.websocket"}}'
        )
        return "phoneNumberId", message
    if customer and (customer.assistant_overrides or customer.squad_overrides):
        return "customer", "should not have overrides in a call over WebSocket: use the call's"
    return None


class CreateWebCall(_WhoTalks):
    """A call from a browser, with a public key."""

    @model_validator(mode="after")
    def _by_websocket(self) -> "CreateWebCall":
        if isinstance(self.transport, SipTransport):
            message = "should be vapi.websocket: a browser does not telephone"
            raise refused("call", complaint("wrong_transport", message, "transport", "provider"))
        if self.customer and (self.customer.assistant_overrides or self.customer.squad_overrides):
            message = "should not have overrides in a call over WebSocket: use the call's"
            raise refused("call", complaint("overrides_misplaced", message, "customer"))
        return self

    room_delete_on_user_leave_enabled: bool = Field(True, description="accepted; there is no room to keep")


class UpdateCall(Patch):
    """Only the name can change; null removes it."""

    name: Name | None = Field(None, description="for your own use")


class DeleteCalls(Shape):
    """More calls to erase with this one."""

    ids: list[Id] = Field(default_factory=list, max_length=100, description="ids of calls, at most 100")


class Call(Shape):
    """A call. What does not apply (yet) is left out."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    type: CallType = Field(description="how it came about")
    status: CallStatus = Field(description="queued until its client connects, or until it is dialled")
    ended_reason: str | None = Field(None, description="Vapi's endedReason")
    ended_message: str | None = Field(None, description="the same as a sentence, where one helps")
    phone_number_id: str | None = Field(None, description="the stored phone number it goes through")
    phone_call_provider: str | None = Field(None, description="vapi: a gateway of this installation")
    phone_call_transport: Literal["sip", "pstn"] | None = Field(None, description="to a SIP URI or a number")
    phone_call_provider_id: str | None = Field(None, description="the call's id at the gateway")
    destination: Json | None = Field(None, description="where it was forwarded")
    schedule_plan: Json | None = Field(None, description="as given")
    queue: Json | None = Field(None, description="waiting for a line: {position, ahead} (Yingda's own)")
    subscription_limits: Json | None = Field(
        None, description="once created: calls at once, and how many more"
    )
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
    session_id: str | None = Field(None, description="the session by text that it goes on (Yingda's own)")
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
    recording_url: str | None = Field(None, description="mono, signed, good for an hour")
    stereo_recording_url: str | None = Field(None, description="stereo, signed, good for an hour")
    artifact: Json = Field(
        description="messages, transcript, recording URLs, performanceMetrics (latency per turn, line),"
        " transfers, assistantActivations, structuredOutputs"
    )
    artifact_plan: Json | None = Field(None, description="the assistant's artifactPlan in this call")
    analysis: Json = Field(
        description="summary, structuredData, structuredDataMulti, successEvaluation; summarySource says who"
        " wrote the summary: model or extractive"
    )
    compliance: Json | None = Field(
        None, description="recordingConsent {type, grantedAt}; erased: what is gone, and since when"
    )


class CallMetadata(Shape):
    """A call in a few words."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    type: CallType = Field(description="how it came about")
    status: CallStatus = Field(description="as in the call")
    ended_reason: str | None = Field(None, description="Vapi's endedReason")
    started_at: str | None = Field(None, description="when the client connected")
    ended_at: str | None = Field(None, description="when it ended")
    duration_seconds: float | None = Field(None, description="from startedAt to endedAt, once ended")
    name: str | None = Field(None, description="yours")
    assistant_id: str | None = Field(None, description="the stored assistant")
    assistant_version: str | None = Field(None, description="its version that takes the call, e.g. v2")
    squad_id: str | None = Field(None, description="the stored squad")
    phone_number_id: str | None = Field(None, description="the stored phone number it goes through")
    customer: Json | None = Field(None, description="as given")
    cost: float = Field(description="sum of costs, in CNY")


class BatchError(Shape):
    """A customer who is not called."""

    customer: Json = Field(description="as given")
    error: str = Field(description="why")


class CallBatch(Shape):
    """What came of `customers`."""

    results: list[Call] = Field(description="the calls, in the order of their customers")
    errors: list[BatchError] = Field(description="customers who are not called")
    subscription_limits: Json = Field(description="calls at once, and how many more")
