"""Phone numbers as Vapi has them: of a SIP trunk of yours, or a SIP address of this installation."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from api.http.pages import ListQuery
from api.http.pagination import PageQuery
from api.v1.assistants.schemas.base import Json, Line, Name, Patch, Shape, complaint, one_of, refused
from api.v1.assistants.schemas.destinations import NumberDestination, SipDestination
from api.v1.assistants.schemas.server import Server

Id = Annotated[str, Field(min_length=1, max_length=64)]
_KINDS: dict[str, type[Shape]] = {"number": NumberDestination, "sip": SipDestination}
Outside = Annotated[
    NumberDestination | SipDestination,
    one_of("type", _KINDS, lambda _: f"should be one of the following values: {', '.join(_KINDS)}"),
]


def _no_workflow(value: Any) -> Any:
    if value is not None:
        raise ValueError("is not available: workflows are Vapi's past; give assistantId or squadId")
    return value


def _no_area(value: Any) -> Any:
    if value is not None:
        raise ValueError(
            "is not available: this installation has no telephone numbers to give away; bring one of your "
            "carrier with provider byo-phone-number, or leave it out for a SIP address"
        )
    return value


# ── hooks ────────────────────────────────────────────────────────────────────────────────────────────


class SayAction(Shape):
    """These words are said."""

    type: Literal["say"] = Field(description="say")
    exact: Line = Field(min_length=1, description="the words")


class TransferAction(Shape):
    """The call goes there."""

    type: Literal["transfer"] = Field(description="transfer")
    destination: Outside = Field(description="a number or a SIP address")


_ACTIONS: dict[str, type[Shape]] = {"say": SayAction, "transfer": TransferAction}
Action = Annotated[
    SayAction | TransferAction,
    one_of("type", _ACTIONS, lambda _: f"should be one of the following values: {', '.join(_ACTIONS)}"),
]
AssistantRequestReason = Literal[
    "assistant-request-failed",
    "assistant-request-returned-error",
    "assistant-request-returned-unspeakable-error",
    "assistant-request-returned-invalid-assistant",
    "assistant-request-returned-no-assistant",
    "assistant-request-returned-forwarding-phone-number",
]


class RingingFilter(Shape):
    """Who calls."""

    type: Literal["startsWith"] = Field(description="startsWith")
    key: Literal["number"] = Field(description="number")
    starts_with: list[Annotated[str, Field(pattern=r"^\d{1,20}$")]] = Field(
        min_length=1, max_length=100, description="how the caller's number begins, without +, e.g. 8610"
    )


class EndingFilter(Shape):
    """How it ended."""

    type: Literal["oneOf"] = Field(description="oneOf")
    key: Literal["call.endedReason"] = Field(description="call.endedReason")
    one_of: list[AssistantRequestReason] = Field(min_length=1, description="one of these reasons")


class RingingHook(Shape):
    """When a call comes in, before an assistant is chosen."""

    on: Literal["call.ringing"] = Field(description="call.ringing")
    filters: list[RingingFilter] = Field(
        default_factory=list, max_length=20, description="all must hold; none: every call"
    )
    do: list[Action] = Field(min_length=1, max_length=10, description="in this order; the call ends with it")


class EndingHook(Shape):
    """When no assistant could be had from your server."""

    on: Literal["call.ending"] = Field(description="call.ending")
    filters: list[EndingFilter] = Field(
        default_factory=list, max_length=20, description="all must hold; none: every such end"
    )
    do: Action | None = Field(None, description="instead of hanging up")


_HOOKS: dict[str, type[Shape]] = {"call.ringing": RingingHook, "call.ending": EndingHook}
Hook = Annotated[
    RingingHook | EndingHook,
    one_of("on", _HOOKS, lambda _: f"should be one of the following values: {', '.join(_HOOKS)}"),
]


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────


class SipAuthentication(Shape):
    """What a caller of the SIP address has to know."""

    realm: Annotated[str, Field(max_length=200)] | None = Field(None, description="of the challenge")
    username: str = Field(min_length=20, max_length=40, description="20 to 40 characters")
    password: str | None = Field(
        None, min_length=20, max_length=40, description="20 to 40 characters; required; never returned"
    )


class NumberFields(Shape):
    """What every number may have."""

    name: Name | None = Field(None, description="for people")
    assistant_id: Id | None = Field(None, description="the stored assistant that takes its calls")
    squad_id: Id | None = Field(None, description="or the stored squad")
    workflow_id: Annotated[Any, AfterValidator(_no_workflow)] = Field(None, description="not available")
    server: Server | None = Field(
        None, description="asked for an assistant where none is set; told of calls whose assistant has none"
    )
    fallback_destination: Outside | None = Field(
        None, description="where calls go when no assistant can be had"
    )
    hooks: list[Hook] = Field(default_factory=list, max_length=20, description="reactions")

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        if self.assistant_id is not None and self.squad_id is not None:
            message = "should not be given beside assistantId: one or the other"
            raise refused("number", complaint("assistant_choice", message, "squadId"))
        return self


class CreateByoPhoneNumber(NumberFields):
    """A number of your carrier, reached over your SIP trunk."""

    provider: Literal["byo-phone-number"] = Field(description="byo-phone-number")
    number: str | None = Field(
        None, min_length=3, max_length=40, description="E.164, or as it is written in mainland China"
    )
    number_e164_check_enabled: bool = Field(
        True, alias="numberE164CheckEnabled", description="false: any text, e.g. an extension; default true"
    )
    credential_id: Id = Field(description="your byo-sip-trunk credential")


class CreateVapiPhoneNumber(NumberFields):
    """A SIP address of this installation: sip:<name>@<its domain>."""

    provider: Literal["vapi"] = Field(description="vapi")
    sip_uri: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="sip:<name>@<this installation's domain>; default: a name of ours"
    )
    authentication: SipAuthentication | None = Field(None, description="default: everybody may call it")
    number_desired_area_code: Annotated[Any, AfterValidator(_no_area)] = Field(
        None, description="not available"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.authentication is not None and self.authentication.password is None:
            message = "should not be empty"
            raise refused("number", complaint("field_missing", message, "authentication", "password"))
        return self


_SHAPES: dict[str, type[Shape]] = {"byo-phone-number": CreateByoPhoneNumber, "vapi": CreateVapiPhoneNumber}


def _refuse(named: Any) -> str:
    if named in ("twilio", "vonage", "telnyx"):
        return (
            f"{named} is not available: that carrier has no numbers in mainland China and is not connected "
            "here; use byo-phone-number with a SIP trunk of your carrier"
        )
    return f"should be one of the following values: {', '.join(_SHAPES)}"


NewPhoneNumber = Annotated[CreateByoPhoneNumber | CreateVapiPhoneNumber, one_of("provider", _SHAPES, _refuse)]


class UpdatePhoneNumber(NumberFields, Patch):
    """Replaces the fields that are named, each as a whole; null removes one."""

    provider: Literal["byo-phone-number", "vapi"] | None = Field(
        None, description="cannot change; may be repeated"
    )
    number: str | None = Field(None, min_length=3, max_length=40, description="byo-phone-number")
    number_e164_check_enabled: bool | None = Field(
        None, alias="numberE164CheckEnabled", description="byo-phone-number"
    )
    credential_id: Id | None = Field(None, description="byo-phone-number")
    sip_uri: Annotated[str, Field(max_length=200)] | None = Field(None, description="vapi")
    authentication: SipAuthentication | None = Field(
        None, description="vapi; without a password the stored one is kept for the same username"
    )


class PhoneNumber(Shape):
    """A phone number as it is stored, without its secrets."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    provider: Literal["byo-phone-number", "vapi"] = Field(description="whose it is")
    status: Literal["active"] = Field(description="active")
    number: str | None = Field(None, description="E.164, or as given where the check is off")
    number_e164_check_enabled: bool | None = Field(
        None, alias="numberE164CheckEnabled", description="as given"
    )
    credential_id: str | None = Field(None, description="the SIP trunk")
    sip_uri: str | None = Field(None, description="the address it is called at")
    authentication: Json | None = Field(None, description="without its password")
    name: str | None = Field(None, description="for people")
    assistant_id: str | None = Field(None, description="who takes its calls")
    squad_id: str | None = Field(None, description="or which squad")
    server: Json | None = Field(None, description="without its secret")
    fallback_destination: Json | None = Field(None, description="as given")
    hooks: list[Json] | None = Field(None, description="as given")


class PhoneNumberPageQuery(PageQuery):
    """Filters of the list in pages."""

    search: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        None, description="a part of the number, the SIP address or the name"
    )


class PhoneNumberQuery(ListQuery):
    """The list's query."""


class Ring(Shape):
    """A call that comes in, played over WebSocket."""

    number: str | None = Field(
        None, min_length=3, max_length=40, description="who calls; default: a withheld number"
    )
    name: Name | None = Field(None, description="the caller's name, as a carrier may tell it")
    sip_uri: Annotated[str, Field(max_length=200, pattern=r"^sips?:[!-~]+$")] | None = Field(
        None, description="who calls, from a SIP address"
    )
