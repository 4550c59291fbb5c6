"""How requests to your servers show who sends them: the plans of `webhook` and `custom-credential`."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from api.v1.assistants.schemas.base import Shape, complaint, one_of, refused
from api.v1.assistants.schemas.urls import well_formed
from voice_engine.kernel.authentication import hmac_key, unknown_word
from voice_engine.kernel.encryption import read_key

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = frozenset({"host", "connection", "content-length", "content-type", "transfer-encoding", "cookie"})


def _pasted(value: str) -> str:
    """Without the blanks and line ends that come along when a key is copied."""
    value = value.strip()
    if not value.isprintable() or not value:
        raise ValueError("should be the key alone: no line breaks, no control characters")
    return value


def _in_a_header(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise ValueError("should be printable ASCII: it travels in a header")
    return value


def _header_name(name: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise ValueError("should be the name of a header such as X-Signature")
    if name.lower() in _OURS:
        raise ValueError(f"should be another header: {name} is not yours to set")
    return name


def _fillable(template: str) -> str:
    if word := unknown_word(template):
        raise ValueError(f"should hold no other placeholder than timestamp, messageId and body, not {word}")
    return template


Value = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(_pasted)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderText = Annotated[str, Field(max_length=200), AfterValidator(_in_a_header)]


class BearerPlan(Shape):
    """One token, sent with every request."""

    type: Literal["bearer"] = Field(description="a token of yours")
    token: Annotated[Value, AfterValidator(_in_a_header)] | None = Field(
        None, description="the token; required; never returned, and kept by a PATCH that leaves it out"
    )
    header_name: HeaderName = Field("Authorization", description="which header; default Authorization")
    bearer_prefix_enabled: bool = Field(True, description="whether `Bearer ` comes before it; default true")


class OAuth2Plan(Shape):
    """OAuth 2.0 client credentials: a token is fetched and used in place of a key."""

    type: Literal["oauth2"] = Field(description="a token that is fetched, renewed and sent as Bearer")
    url: Annotated[str, AfterValidator(well_formed)] = Field(description="where tokens are given")
    client_id: Value = Field(description="who we are there")
    client_secret: Value | None = Field(
        None, description="the secret; never returned, and kept by a PATCH that leaves url and clientId alone"
    )
    scope: str = Field("", max_length=1000, description="what is asked for")


class HmacPlan(Shape):
    """Every request is signed with a secret that both sides know."""

    type: Literal["hmac"] = Field(description="a signature over the request's very bytes")
    secret_key: Value | None = Field(
        None, description="the secret; required; never returned, and kept by a PATCH that leaves it out"
    )
    algorithm: Literal["sha256", "sha512", "sha1"] = Field(description="the hash; sha256 if you may choose")
    signature_header: HeaderName = Field("x-signature", description="where it stands; default x-signature")
    timestamp_header: HeaderName = Field(
        "x-timestamp", description="where the Unix seconds of sending stand; default x-timestamp"
    )
    signature_prefix: Annotated[HeaderText, AfterValidator(_fillable)] = Field(
        "", description="before the signature, e.g. sha256= or t={timestamp},v1=; default none"
    )
    include_timestamp: bool = Field(True, description="whether the time is sent and signed; default true")
    payload_format: Annotated[str, Field(max_length=200), AfterValidator(_fillable)] | None = Field(
        None,
        description="what is signed, of {timestamp}, {messageId} and {body};"
        " default {timestamp}.{body}, without a timestamp {body}",
    )
    message_id_header: HeaderName | None = Field(
        None, description="where the message's id (the webhook-id) stands; default nowhere"
    )
    signature_encoding: Literal["hex", "base64"] = Field("hex", description="default hex")
    secret_is_base64: bool = Field(
        False, description="whether the key is what secretKey decodes to (whsec_ before it is allowed)"
    )

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.secret_key and self.secret_is_base64:
            try:
                hmac_key(self.secret_key, is_base64=True)
            except ValueError:
                message = "should be base64, or secretIsBase64 should be false"
                raise refused("plan", complaint("wrong_value", message, "secretKey")) from None
        return self


PLANS: dict[str, type[Shape]] = {"bearer": BearerPlan, "oauth2": OAuth2Plan, "hmac": HmacPlan}


def _refuse(named: Any) -> str:
    return f"should be one of the following values: {', '.join(PLANS)}"


AuthenticationPlan = Annotated[BearerPlan | OAuth2Plan | HmacPlan, one_of("type", PLANS, _refuse)]


def _readable(pem: str) -> str:
    try:
        read_key(pem)
    except ValueError as error:
        raise ValueError(f"should be {error}") from None
    return pem


class PublicKey(Shape):
    """A public key as text."""

    format: Literal["spki-pem"] = Field(description="how it is written: PEM, SubjectPublicKeyInfo")
    pem: Annotated[str, Field(max_length=10_000), AfterValidator(_readable)] = Field(
        description="-----BEGIN PUBLIC KEY----- …; RSA, at least 2048 bits"
    )
    name: Annotated[str, Field(max_length=100)] | None = Field(None, description="for people")


class EncryptionPlan(Shape):
    """Arguments of tools that only you can read."""

    type: Literal["public-key"] = Field(description="with a public key of yours")
    algorithm: Literal["RSA-OAEP-256"] = Field(description="RSA-OAEP with SHA-256; the result is base64")
    public_key: PublicKey = Field(description="the key; its private half stays with you")
