"""Rules of API keys: nobody hands out more than they hold, and a value is seen once."""

from datetime import datetime, timedelta
from typing import Any

from api.http.auth import Doorman
from api.http.caller import Caller, Restrictions
from api.http.scopes import PUBLIC, covers
from api.http.secrets import KeyKind, new_key
from api.v1.api_keys.model import ApiKeyRow
from api.v1.api_keys.repo import ApiKeys
from api.v1.api_keys.schemas import (
    ApiKeyCreate,
    ApiKeyCreated,
    ApiKeyRotate,
    ApiKeyUpdate,
    KeyRestrictions,
)
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden


def create(
    keys: ApiKeys, wish: ApiKeyCreate, who: Caller, doorman: Doorman, *, value: str | None = None
) -> ApiKeyCreated:
    """A new key; `value` is in this answer and in no other. It is made here unless the caller has one."""
    value = value or new_key(wish.kind)
    row = keys.add(
        ApiKeyRow(
            org_id=who.org_id,
            kind=wish.kind,
            name=wish.name,
            hmac=doorman.pepper.mac(value),
            last4=value[-4:],
            scopes=_scopes(wish.kind, wish.scopes, who),
            restrictions=_restrictions(wish, who),
            expires_at=_in_future(wish.expires_at, keys),
        )
    )
    return _with_value(row, value)


def update(keys: ApiKeys, id: str, change: ApiKeyUpdate, who: Caller, doorman: Doorman) -> ApiKeyRow:
    """Apply the fields that were sent. Only `expiresAt` may be null: it then never expires."""
    row = keys.lock(id)
    _may_handle(row, who)
    values: dict[str, Any] = {}
    if change.name is not None:
        values["name"] = change.name
    if "expires_at" in change.model_fields_set:
        values["expires_at"] = _in_future(change.expires_at, keys)
    if change.scopes is not None:
        values["scopes"] = _scopes(row.kind, change.scopes, who)
    if change.restrictions is not None:
        values["restrictions"] = _no_wider(_stored(change.restrictions), who)
    keys.session.after_commit(doorman.forget)
    return keys.change(row, **values)


def rotate(keys: ApiKeys, id: str, wish: ApiKeyRotate, who: Caller, doorman: Doorman) -> ApiKeyCreated:
    """A new value for the same key. A second rotation within the overlap ends the oldest value."""
    row = keys.lock(id)
    if row.revoked_at is not None:
        raise Conflict("api_key_revoked", "A revoked key cannot be rotated; create a new one.", id=id)
    _may_handle(row, who)
    kind: KeyKind = "public" if row.kind == "public" else "private"
    value = new_key(kind)
    keys.session.after_commit(doorman.forget)
    keys.change(
        row,
        previous_hmac=row.hmac,
        previous_expires_at=keys.session.now() + timedelta(seconds=wish.overlap_seconds),
        hmac=doorman.pepper.mac(value),
        last4=value[-4:],
    )
    return _with_value(row, value)


def revoke(keys: ApiKeys, id: str, doorman: Doorman) -> ApiKeyRow:
    """The key stops working at once and for good; its row stays, to be seen. Twice is once."""
    row = keys.lock(id)
    keys.session.after_commit(doorman.forget)
    return row if row.revoked_at else keys.change(row, revoked_at=keys.session.now())


def _may_handle(row: ApiKeyRow, who: Caller) -> None:
    """Whoever may change or rotate a key could use it; so they must hold what it holds."""
    _require_all(row.scopes, who)
    _no_wider(row.restrictions, who)


def _scopes(kind: str, wished: list[str] | None, who: Caller) -> list[str]:
    if kind == "public":
        scopes = _public_scopes(wished)
    else:
        scopes = sorted(set(wished if wished is not None else who.scopes))
    _require_all(scopes, who)
    return scopes


def _require_all(scopes: list[str], who: Caller) -> None:
    for scope in scopes:
        if not covers(who.scopes, scope):
            message = f"This key has the scope {scope}, which you do not have yourself."
            raise Forbidden("scope_not_yours", message, scope=scope)


def _public_scopes(wished: list[str] | None) -> list[str]:
    scopes = sorted(set(wished or PUBLIC))
    for scope in scopes:
        if scope not in PUBLIC:
            allowed = ", ".join(sorted(PUBLIC))
            raise BadRequest("scope_not_public", f"A public key cannot have {scope}; allowed are {allowed}.")
    return scopes


def _in_future(expires_at: datetime | None, keys: ApiKeys) -> datetime | None:
    if expires_at is not None and expires_at <= keys.session.now():
        message = "expiresAt should be in the future; to end a key at once, revoke it."
        raise BadRequest("expires_at_past", message)
    return expires_at


def _restrictions(wish: ApiKeyCreate, who: Caller) -> dict[str, Any]:
    """Those wished for; left out, they are the creator's own."""
    if "restrictions" in wish.model_fields_set:
        return _no_wider(_stored(wish.restrictions), who)
    own = who.restrictions
    return {
        "enabled": True,
        "allowedOrigins": list(own.origins),
        "allowedCidrs": list(own.networks),
        "allowedAssistantIds": list(own.assistant_ids),
        "allowTransientAssistant": own.transient_assistant,
    }


def _no_wider(stored: dict[str, Any], who: Caller) -> dict[str, Any]:
    if not Restrictions.from_json(stored).within(who.restrictions):
        message = "This key would be restricted less than your own; give it restrictions within your own."
        raise Forbidden("restrictions_not_yours", message, field="restrictions")
    return stored


def _stored(restrictions: KeyRestrictions) -> dict[str, Any]:
    return restrictions.model_dump(by_alias=True)


def _with_value(row: ApiKeyRow, value: str) -> ApiKeyCreated:
    return ApiKeyCreated.model_validate({**row.model_dump(), "value": value})
