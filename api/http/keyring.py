"""JWT keys: tokens that an organisation signs itself (HS256), usable wherever an API key is.

Vapi signs them with the organisation's private key. Of our private keys only an HMAC is kept, so there is a
signing secret of its own, made and shown once by POST /v1/organizations/{id}/signing-secret. Claims are
Vapi's: `orgId`, `token.tag` private or public, `token.restrictions`; and `token.scopes` where less is enough.
`exp` is needed, a day ahead at most, because such a token cannot be revoked alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options
from sqlalchemy import Engine, text

from api.db.tx import transaction
from api.http.caller import Caller, Restrictions
from api.http.scopes import PUBLIC, covers
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import Unauthorized
from voice_engine.kernel.ids import is_id
from voice_engine.kernel.sealed import unseal

LONGEST = timedelta(days=1)
PRIVATE = frozenset({"*:read", "*:write"})  # what a private JWT key holds unless its claims say less
_PLACES = ("allowedOrigins", "allowedCidrs", "allowedAssistantIds")
_SWITCHES = ("enabled", "allowTransientAssistant")
_UNCHECKED: Options = {"verify_signature": False, "verify_exp": False}
_OPTIONS: Options = {  # PyJWT reads the machine's clock; we compare `exp` ourselves
    "require": ["exp"], "verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False,
}  # fmt: skip
_FIND = text("SELECT settings->'signing' FROM organizations WHERE id = :org")


def is_ours_to_sign(token: str) -> bool:
    """Whether a JWT is one that organisations sign."""
    try:
        return jwt.get_unverified_header(token).get("alg") == "HS256"
    except jwt.InvalidTokenError:
        return False


def org_of(token: str) -> str:
    """The organisation a token claims to be of; Unauthorized if it names none."""
    try:
        claimed = jwt.decode(token, options=_UNCHECKED).get("orgId")
    except jwt.InvalidTokenError:
        claimed = None
    if not isinstance(claimed, str) or not is_id(claimed):
        raise _malformed("its claim orgId should be your organisation's id")
    return claimed


def secrets_of(engine: Engine, installation: bytes, org_id: str, clock: Clock) -> list[str]:
    """What the organisation's tokens may be signed with: its secret, and the one before for a while."""
    with transaction(engine, org_id, clock=clock) as session:
        stored = session.connection().execute(_FIND, {"org": org_id}).scalar() or {}
    sealed = [stored["sealed"]] if stored else []
    if stored.get("previousUntil", "") > clock.wall().isoformat():
        sealed.append(stored["previousSealed"])
    return [unseal(one, installation, context=org_id) for one in sealed]


def caller_of(token: str, org_id: str, secrets: list[str], now: datetime) -> Caller:
    """Whoever holds the token; Unauthorized unless it is signed, in time and says what a key would."""
    claims = next((found for secret in secrets if (found := _opened(token, secret))), None)
    if claims is None:
        message = "This JWT is not signed with your organisation's signing secret; an API key cannot sign it."
        raise Unauthorized("jwt_signature_wrong", message)
    _in_time(claims["exp"], now)
    given = claims.get("token") or {}
    kind = given.get("tag") if isinstance(given, Mapping) else None
    if kind not in ("private", "public"):
        raise _malformed('its claim token.tag should be "private" or "public"')
    scopes = _scopes(given.get("scopes"), PRIVATE if kind == "private" else PUBLIC)
    restrictions = _restrictions(given.get("restrictions"))
    return Caller(org_id, kind, f"jwt:{org_id}:{kind}", scopes, restrictions=restrictions)


def _opened(token: str, secret: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = jwt.decode(token, secret, ["HS256"], options=_OPTIONS)
    except jwt.InvalidTokenError:
        return None
    return found


def _in_time(exp: Any, now: datetime) -> None:
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        raise _malformed("its claim exp should be a Unix time")
    if not exp > now.timestamp():  # so asked, NaN has expired, too
        raise Unauthorized("jwt_expired", "This JWT has expired; sign a new one.")
    if not exp <= (now + LONGEST).timestamp():
        raise Unauthorized("jwt_too_long", "A JWT key lives at most 24 hours; set exp earlier.")


def _scopes(given: Any, most: frozenset[str]) -> frozenset[str]:
    if given is None:
        return most
    if not _is_words(given):
        raise _malformed("its claim token.scopes should be a list of scopes")
    for scope in given:
        if not covers(most, scope):
            raise Unauthorized("jwt_scope_not_allowed", f"A JWT of this tag cannot have the scope {scope}.")
    return frozenset(given)


def _restrictions(given: Any) -> Restrictions:
    if given is None:
        return Restrictions()
    fits = isinstance(given, Mapping) and all(
        [isinstance(given.get(name, True), bool) for name in _SWITCHES]
        + [_is_words(given.get(name) or []) for name in _PLACES]
    )
    if not fits:
        raise _malformed("its claim token.restrictions should be as in an API key")
    origins = [origin.lower().rstrip("/") for origin in given.get("allowedOrigins") or ()]
    try:
        return Restrictions.from_json({**given, "allowedOrigins": origins}).checked()
    except ValueError as error:
        raise _malformed(f"its claim token.restrictions.allowedCidrs: {error}") from error


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _malformed(why: str) -> Unauthorized:
    return Unauthorized("jwt_malformed", f"This JWT cannot be used: {why}.")
