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

    enabled: bool = True
    allowed_origins: list[Origin] = Field(default_factory=list, max_length=100)
    allowed_cidrs: list[Network] = Field(default_factory=list, max_length=100)
    allowed_assistant_ids: list[str] = Field(default_factory=list, max_length=100)
    allow_transient_assistant: bool = True


class ApiKeyCreate(Body):
    """`scopes` left out: all the creator has. Public keys have the scopes of a browser and no others."""

    kind: Literal["private", "public"] = "private"
    name: Name = "API key"
    scopes: list[Scope] | None = Field(None, min_length=1, max_length=50)
    expires_at: MomentIn | None = None
    restrictions: KeyRestrictions = Field(default_factory=KeyRestrictions)


class ApiKeyUpdate(Body):
    """What may change in the life of a key; what is left out stays."""

    name: Name | None = None
    scopes: list[Scope] | None = Field(None, min_length=1, max_length=50)
    expires_at: MomentIn | None = None
    restrictions: KeyRestrictions | None = None


class ApiKeyRotate(Body):
    """For `overlapSeconds` both values work; 0 ends the old one at once."""

    overlap_seconds: int = Field(86_400, ge=0, le=30 * 86_400)


class ApiKeyRead(Answer):
    id: str
    org_id: str
    kind: Literal["private", "public"]
    name: str
    last4: str
    scopes: list[str]
    restrictions: KeyRestrictions
    expires_at: Moment | None
    revoked_at: Moment | None
    last_used_at: Moment | None
    previous_expires_at: Moment | None
    created_at: Moment
    updated_at: Moment


class ApiKeyCreated(ApiKeyRead):
    """The only answers that carry the key itself."""

    value: str
