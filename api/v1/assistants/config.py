"""An assistant's configuration with its secrets beside it, so that what is shown cannot hold one. Pure.

`shown` is the JSON the client sent, without secrets. `sealed` maps a place in that JSON (dotted path) to the
sealed text that belongs there: `credentials.0.apiKey`, `server.secret`, `model.tools.2.server.secret` …
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self

from voice_engine.kernel.accounts import ACCOUNTS, OPEN_FIELDS, Account, packed
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest

Json = dict[str, Any]
Seal = Callable[[str], str]

_SECRETS = frozenset({"apiKey", "secret", "serverUrlSecret"})
# What tenants fill freely: nothing in there is a field of ours.
_OPAQUE = frozenset(
    {"metadata", "variableValues", "parameters", "headers", "schema", "options", "messages", "rules", "body"}
)


class ConfigRow(Protocol):
    """A row that holds a configuration: an assistant's, a squad's."""

    id: str
    org_id: str
    created_at: datetime
    updated_at: datetime
    version: int
    config: Json
    sealed: dict[str, str]


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of one assistant, one override or one squad."""

    shown: Json = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, row: ConfigRow) -> Self:
        """What a row holds."""
        return cls(dict(row.config), dict(row.sealed))

    @property
    def columns(self) -> Json:
        """For a row to hold."""
        return {"name": self.shown.get("name"), "config": self.shown, "sealed": self.sealed}

    def secret(self, place: str) -> str:
        """The sealed secret at a place; empty if there is none."""
        return self.sealed.get(place, "")

    def api_key(self, provider: str) -> str:
        """The sealed account of an inline credential for this provider; empty if there is none."""
        for index, credential in enumerate(self.shown.get("credentials") or ()):
            if credential["provider"] == provider:
                return self.secret(f"credentials.{index}.apiKey")
        return ""

    def authentication_plan(self, provider: str) -> Json:
        """How a token is to be had with that credential, without the secret; empty if no token is needed."""
        credentials = self.shown.get("credentials") or ()
        found = (each.get("authenticationPlan") for each in credentials if each["provider"] == provider)
        return next(found, None) or {}


def shown(row: ConfigRow) -> Json:
    """As Vapi shows it: without secrets, which are in another column."""
    return {
        "id": row.id,
        "orgId": row.org_id,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        "latestVersion": f"v{row.version}",
        **row.config,
    }


def take(given: Json, seal: Seal, stored: Config | None = None) -> Config:
    """Part the client's JSON from its secrets.

    A credential without a key takes the stored one of its provider. Raises BadRequest when there is none,
    and when two credentials are for one provider.
    """
    sealed: dict[str, str] = {}
    shown = _parted(_packed(given), "", sealed, seal)
    _complete_credentials(shown.get("credentials") or [], sealed, stored or Config())
    return Config(shown, sealed)


def replace(stored: Config, update: Config, cleared: Collection[str] = ()) -> Config:
    """PATCH: the fields that are named replace the stored ones, each as a whole; `cleared` ones go."""
    gone = {*update.shown, *cleared, *(_head(place) for place in update.sealed)}
    shown = {key: value for key, value in stored.shown.items() if key not in gone}
    sealed = {place: text for place, text in stored.sealed.items() if _head(place) not in gone}
    return Config({**shown, **update.shown}, {**sealed, **update.sealed})


def overlay(assistant: Config, overrides: Config) -> tuple[Config, Json]:
    """The assistant as it is in one call, and the overrides' variableValues."""
    laid = replace(assistant, overrides)
    variables = laid.shown.pop("variableValues", {})
    extra = laid.shown.pop("tools:append", [])
    if not extra:
        return laid, variables
    model = dict(laid.shown.get("model") or {})
    first = len(model.get("tools") or [])
    model["tools"] = [*(model.get("tools") or []), *extra]
    sealed = _moved(laid.sealed, "tools:append", "model.tools", first)
    return Config({**laid.shown, "model": model}, sealed), variables


def _packed(given: Json) -> Json:
    """The fields of each credential in one text, as a spec carries them, in the place of its apiKey."""
    credentials = given.get("credentials")
    return {**given, "credentials": [_packed_one(each) for each in credentials]} if credentials else given


def _packed_one(credential: Json) -> Json:
    account, plan = ACCOUNTS.get(credential["provider"], Account("")), credential.get("authenticationPlan")
    secrets = {name: credential[name] for name in account.fields if name in credential}
    if plan and "clientSecret" in plan:
        secrets["clientSecret"] = plan["clientSecret"]
    kept = {name: value for name, value in credential.items() if name not in secrets or name in OPEN_FIELDS}
    if plan:
        kept["authenticationPlan"] = {name: plan[name] for name in plan if name != "clientSecret"}
    return {**kept, "apiKey": packed(secrets)} if secrets else kept


def _parted(value: Any, path: str, sealed: dict[str, str], seal: Seal) -> Any:
    if isinstance(value, list):
        return [_parted(item, f"{path}.{index}", sealed, seal) for index, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    shown: Json = {}
    for key, inner in value.items():
        place = f"{path}.{key}" if path else key
        if key in _SECRETS and isinstance(inner, str):
            sealed[place] = seal(inner)
        else:
            shown[key] = inner if key in _OPAQUE else _parted(inner, place, sealed, seal)
    return shown


def _complete_credentials(credentials: list[Json], sealed: dict[str, str], stored: Config) -> None:
    seen: set[str] = set()
    for index, credential in enumerate(credentials):
        provider, place = credential["provider"], f"credentials.{index}.apiKey"
        if provider in seen:
            raise BadRequest("credential_twice", f"credentials has two for provider {provider}; give one.")
        seen.add(provider)
        if place not in sealed:
            kept = stored.api_key(provider)
            if not kept:
                raise BadRequest("api_key_missing", f"{place} should not be empty.", field=place)
            sealed[place] = kept


def _moved(sealed: Mapping[str, str], old: str, new: str, offset: int) -> dict[str, str]:
    moved = {}
    for place, text in sealed.items():
        if place.startswith(f"{old}."):
            index, _, rest = place.removeprefix(f"{old}.").partition(".")
            place = f"{new}.{int(index) + offset}.{rest}"
        moved[place] = text
    return moved


def _head(place: str) -> str:
    return place.partition(".")[0]
