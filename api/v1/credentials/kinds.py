"""Credentials that are no vendor's account: whose fields they have, and which of those are secret. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from api.v1.assistants.schemas.base import Shape, complaint, one_of, refused
from api.v1.credentials.plans import AuthenticationPlan, EncryptionPlan
from api.v1.credentials.schemas import CreateCredential
from api.v1.credentials.trunks import BOUND, CreateSipTrunkCredential
from api.v1.credentials.trunks import SECRETS as TRUNK_SECRETS
from voice_engine.kernel.accounts import ACCOUNTS
from voice_engine.kernel.authentication import SECRETS

Json = dict[str, Any]
SERVERS = ("webhook", "custom-credential")  # what `server.credentialId` may name
_PLAN = "authenticationPlan"
_NOT_HERE = {
    "s3": "recordings are kept in this installation's data directory",
    "s3-compatible": "recordings are kept in this installation's data directory",
    "gcp": "recordings are kept in this installation's data directory",
    "azure-blob-storage": "recordings are kept in this installation's data directory",
    "langfuse": "latencies and costs are in this installation's own analytics and metrics",
}


class CreateWebhookCredential(Shape):
    """Shows your servers who sends a request: name its id in `server.credentialId`."""

    provider: Literal["webhook"] = Field(description="a server of yours")
    name: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(None, description="for people")
    authentication_plan: AuthenticationPlan = Field(description="how: bearer, oauth2 or hmac")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        plan = self.authentication_plan.given()
        secret = SECRETS[plan["type"]]
        if not plan.get(secret):
            message = f"should not be empty: a plan of type {plan['type']} needs it"
            raise refused("credential", complaint("field_missing", message, _PLAN, secret))
        return self


class CreateCustomCredential(CreateWebhookCredential):
    """The same, and with what tool arguments are encrypted (`server.encryptedPaths`)."""

    provider: Literal["custom-credential"] = Field(description="a server of yours")  # type: ignore[assignment]
    encryption_plan: EncryptionPlan | None = Field(None, description="your public key")


@dataclass(frozen=True, slots=True)
class Kind:
    """`secrets` are dotted places that are sealed and never shown.

    `bound`: a secret's place → the places that say to whom it is sent. When one of them changes, the secret
    has to be given again: who may change a credential could read it otherwise.
    """

    shape: type[Shape]
    secrets: tuple[str, ...]
    bound: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_SECRET_PLACES = tuple(f"{_PLAN}.{name}" for name in SECRETS.values())
_BOUND = {f"{_PLAN}.clientSecret": (f"{_PLAN}.url", f"{_PLAN}.clientId")}
KINDS: dict[str, Kind] = {
    "webhook": Kind(CreateWebhookCredential, _SECRET_PLACES, _BOUND),
    "custom-credential": Kind(CreateCustomCredential, _SECRET_PLACES, _BOUND),
    "byo-sip-trunk": Kind(CreateSipTrunkCredential, TRUNK_SECRETS, BOUND),
}
_SHAPES: dict[str, type[Shape]] = {
    **dict.fromkeys(ACCOUNTS, CreateCredential),
    **{provider: kind.shape for provider, kind in KINDS.items()},
}


def _refuse(named: Any) -> str:
    if isinstance(named, str) and named in _NOT_HERE:
        return f"is not available in this installation: {_NOT_HERE[named]}"
    return f"should be one of the following values: {', '.join(sorted(_SHAPES))}"


NewCredential = Annotated[
    CreateCredential | CreateWebhookCredential | CreateCustomCredential | CreateSipTrunkCredential,
    one_of("provider", _SHAPES, _refuse),
]


# ── parted from their secrets, and put together again ────────────────────────────────────────────────


def parted(kind: Kind, given: Json) -> tuple[Json, dict[str, str]]:
    """What may be shown, and the secrets by their places."""
    shown, secrets = given, {}
    for place in kind.secrets:
        value = _found(given, place)
        if isinstance(value, str):
            secrets[place] = value
            shown = _without(shown, place.split("."))
    return shown, secrets


def together(shown: Json, secrets: Mapping[str, str]) -> Json:
    """The inverse of `parted`; a secret whose surroundings are gone stays away."""
    whole = shown
    for place, value in secrets.items():
        whole = _with(whole, place.split("."), value)
    return whole


def changed(
    kind: Kind, stored: Json, secrets: Mapping[str, str], update: Json, cleared: frozenset[str]
) -> Json:
    """A credential after a PATCH, secrets included: those that were left out are kept, where they belong."""
    shown = {name: value for name, value in {**stored, **update}.items() if name not in cleared}
    kept = {
        place: value
        for place, value in secrets.items()
        if _found(shown, place) is None and not _moved(kind, stored, shown, place)
    }
    return together(shown, kept)


def _moved(kind: Kind, stored: Json, shown: Json, place: str) -> bool:
    type_place = f"{place.rpartition('.')[0]}.type"
    places = (type_place, *kind.bound.get(place, ()))
    return any(_found(stored, one) != _found(shown, one) for one in places)


def _found(tree: Any, place: str) -> Any:
    for step in place.split("."):
        tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree


def _without(tree: Json, steps: list[str]) -> Json:
    first, rest = steps[0], steps[1:]
    if not rest:
        return {name: value for name, value in tree.items() if name != first}
    return {**tree, first: _without(tree[first], rest)}


def _with(tree: Json, steps: list[str], value: str) -> Json:
    first, rest = steps[0], steps[1:]
    if not rest:
        return {**tree, first: value}
    inner = tree.get(first)
    return {**tree, first: _with(inner, rest, value)} if isinstance(inner, dict) else tree
