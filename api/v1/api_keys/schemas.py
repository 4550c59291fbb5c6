"""API keys as JSON: our fields, and Vapi's TokenRestrictions."""

from difflib import get_close_matches
from ipaddress import ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from api.http.schema import Answer, Body, Moment, MomentIn
from api.http.scopes import NOUNS


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or parts.path not in ("", "/")
        or parts.query
    ):
        raise ValueError(f"{text!r} is not an origin such as https://example.cn")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        raise ValueError(f"{text!r} is not a network such as 203.0.113.0/24") from None


def _scope(text: str) -> str:
    noun, _, verb = text.partition(":")
    if text != "*" and not (noun and verb in ("read", "write", "*")):
        raise ValueError(f"{text!r} is not a scope such as assistants:read, calls:write or *")
    if noun != "*" and noun not in NOUNS:
        near = get_close_matches(noun, NOUNS, 1, 0.6)
        hint = f"nearest is {near[0]}" if near else f"known are: {', '.join(NOUNS)}"
        raise ValueError(f"{text!r} is about nothing there is; {hint}")
    return text


Origin = Annotated[str, AfterValidator(_origin)]
Network = Annotated[str, AfterValidator(_network)]
Scope = Annotated[str, Field(max_length=80), AfterValidator(_scope)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class KeyRestrictions(Body):
    """Vapi's TokenRestrictions plus networks. Empty lists restrict nothing; `enabled: false` lifts all."""

    enabled: bool = Field(True, description="false lifts all of these; default true")
    allowed_origins: list[Origin] = Field(
        default_factory=list, max_length=100, description="pages that may use it, e.g. https://example.cn"
    )
    allowed_cidrs: list[Network] = Field(
        default_factory=list, max_length=100, description="networks it may come from, e.g. 203.0.113.0/24"
    )
    allowed_assistant_ids: list[str] = Field(
        default_factory=list, max_length=100, description="assistants it may talk to"
    )
    allow_transient_assistant: bool = Field(
        True, description="whether calls may bring an assistant of their own; default true"
    )


class ApiKeyCreate(Body):
    """`scopes` left out: all the creator has. Public keys have the scopes of a browser and no others."""

    kind: Literal["private", "public"] = Field("private", description="for servers, or for browsers")
    name: Name = Field("API key", description="for people; at most 80 characters")
    scopes: list[Scope] | None = Field(
        None, min_length=1, max_length=50, description="e.g. assistants:read, calls:write, *"
    )
    expires_at: MomentIn | None = Field(None, description="left out: never")
    restrictions: KeyRestrictions = Field(default_factory=KeyRestrictions)


class ApiKeyUpdate(Body):
    """What may change in the life of a key; what is left out stays."""

    name: Name | None = Field(None, description="for people")
    scopes: list[Scope] | None = Field(
        None, min_length=1, max_length=50, description="replaces all; only what you have yourself"
    )
    expires_at: MomentIn | None = Field(None, description="null: never")
    restrictions: KeyRestrictions | None = Field(None, description="replaces all")


class ApiKeyRotate(Body):
    """For `overlapSeconds` both values work; 0 ends the old one at once."""

    overlap_seconds: int = Field(
        86_400, ge=0, le=30 * 86_400, description="s for which the old value works too; default a day"
    )


class ApiKeyRead(Answer):
    id: str
    org_id: str
    kind: Literal["private", "public"] = Field(description="for servers, or for browsers")
    name: str = Field(description="for people")
    last4: str = Field(description="its last four characters, to tell it from others")
    scopes: list[str] = Field(description="what it may do")
    restrictions: KeyRestrictions
    expires_at: Moment | None = Field(description="left out: never")
    revoked_at: Moment | None = Field(description="since when it is good for nothing")
    last_used_at: Moment | None = Field(description="right within a minute")
    previous_expires_at: Moment | None = Field(description="until when the value before the rotation works")
    created_at: Moment
    updated_at: Moment


class ApiKeyCreated(ApiKeyRead):
    """The only answers that carry the key itself."""

    value: str = Field(description="the key: shown now and never again")
