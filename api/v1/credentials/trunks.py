"""The credential `byo-sip-trunk`: a line of yours at a carrier, over which numbers are called and call."""

import re
from ipaddress import AddressValueError, IPv4Address
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from api.v1.assistants.schemas.base import Shape, complaint, refused
from api.v1.credentials.plans import Value

_HOST = re.compile(
    r"(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}"
)
_NUMERIC = re.compile(r"[0-9.]+")


def _in_a_header(value: str) -> str:
    if not value.isprintable():
        raise ValueError("should be one line: it travels in a SIP header")
    return value


def _host_or_address(text: str) -> str:
    if _is_address(text) or _HOST.fullmatch(text):
        return text
    if _NUMERIC.fullmatch(text):
        raise ValueError("should be an IPv4 address of four decimal numbers such as 203.0.113.7")
    raise ValueError("should be an IPv4 address such as 203.0.113.7, or a host name such as sip.example.cn")


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


Line = Annotated[str, Field(max_length=10_000), AfterValidator(_in_a_header)]
Domain = Annotated[str, Field(min_length=1, max_length=253), AfterValidator(_in_a_header)]


class SipTrunkGateway(Shape):
    """One address of the carrier."""

    ip: Annotated[str, Field(max_length=253), AfterValidator(_host_or_address)] = Field(
        description="IPv4 address; a host name only where inboundEnabled is false"
    )
    port: int = Field(5060, ge=1, le=65_535, description="SIP port; default 5060")
    netmask: int = Field(32, ge=24, le=32, description="how many bits of ip count for inbound; default 32")
    inbound_enabled: bool = Field(True, description="whether calls come from there; default true")
    outbound_enabled: bool = Field(True, description="whether calls go there; default true")
    outbound_protocol: Literal["tls/srtp", "tcp", "tls", "udp"] = Field("udp", description="default udp")
    options_ping_enabled: bool = Field(
        False, description="whether OPTIONS asks if it is alive; default false"
    )

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.inbound_enabled and not _is_address(self.ip):
            message = "should be an IPv4 address where inboundEnabled is true: callers are told apart by it"
            raise refused("gateway", complaint("wrong_value", message, "ip", value=self.ip))
        return self


class SipRegisterPlan(Shape):
    """How we register with the carrier, where it asks for that."""

    domain: Domain | None = Field(None, description="where; default: the gateway")
    username: Domain | None = Field(None, description="as whom; default: authUsername")
    realm: Domain | None = Field(None, description="the realm of the challenge; default: any")


class SipAuthenticationPlan(Shape):
    """How we show who is calling."""

    auth_username: Value | None = Field(None, description="as given by the carrier")
    auth_password: Value | None = Field(
        None,
        description="secret; never returned; a PATCH that changes gateways or names has to give it again",
    )
    sip_register_plan: SipRegisterPlan | None = Field(None, description="default: we do not register")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.auth_username and not self.auth_password:
            message = "should not be empty beside authUsername"
            raise refused("plan", complaint("field_missing", message, "authPassword"))
        return self


class TrunkFields(Shape):
    """What a trunk consists of."""

    gateways: list[SipTrunkGateway] | None = Field(
        None, min_length=1, max_length=20, description="the carrier's addresses"
    )
    outbound_authentication_plan: SipAuthenticationPlan | None = Field(
        None, description="default: the carrier knows our address"
    )
    outbound_leading_plus_enabled: bool | None = Field(
        None, description="whether numbers are dialled with their +; default false"
    )
    tech_prefix: Line | None = Field(None, description="digits before every number that is dialled")
    sip_diversion_header: Line | None = Field(None, description="the Diversion header of outbound calls")


class CreateSipTrunkCredential(TrunkFields):
    """A SIP trunk: name its id in a phone number's `credentialId`."""

    provider: Literal["byo-sip-trunk"] = Field(description="a SIP trunk of yours")
    name: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(None, description="for people")
    gateways: list[SipTrunkGateway] = Field(
        min_length=1, max_length=20, description="the carrier's addresses"
    )


SECRETS = ("outboundAuthenticationPlan.authPassword",)
BOUND = {
    SECRETS[0]: (
        "gateways",
        "outboundAuthenticationPlan.authUsername",
        "outboundAuthenticationPlan.sipRegisterPlan",
    )
}
