"""How a request shows who sends it: authentication plans of credentials, and Standard Webhooks. Pure.

A plan has the words of the API (`type` bearer, oauth2 or hmac) and no secret; that comes beside it, by name.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from voice_engine.kernel.sealed import derive

Json = dict[str, Any]

SECRETS = {"bearer": "token", "oauth2": "clientSecret", "hmac": "secretKey"}  # the secret of each plan
WITH_TIME, WITHOUT_TIME = "{timestamp}.{body}", "{body}"
_WORDS = {
    "timestamp": "timestamp", "svix_timestamp": "timestamp", "webhook_timestamp": "timestamp",
    "messageId": "id", "message_id": "id", "svix_id": "id", "webhook_id": "id", "id": "id", "body": "body",
}  # fmt: skip
_PLACE = re.compile(r"\{([A-Za-z_]+)\}")
_WEBHOOK_SECRET = "whsec_"
_SECRET_BYTES = 32


def plan_headers(
    plan: Mapping[str, Any], secrets: Mapping[str, str], body: bytes, *, id: str, at: datetime
) -> dict[str, str]:
    """What a bearer or hmac plan adds to a request of exactly these bytes, sent at `at` (aware) under `id`.

    An oauth2 plan adds nothing here: its token has to be fetched first, see `bearer`.
    """
    match plan.get("type"):
        case "bearer":
            prefixed = plan.get("bearerPrefixEnabled", True)
            return bearer(secrets["token"], plan.get("headerName") or "Authorization", prefixed=prefixed)
        case "hmac":
            return _signed(plan, secrets["secretKey"], body, id, str(int(at.timestamp())))
        case _:
            return {}


def bearer(token: str, name: str = "Authorization", *, prefixed: bool = True) -> dict[str, str]:
    """The header that carries a token."""
    return {name: f"Bearer {token}" if prefixed else token}


def merged(*layers: Mapping[str, str]) -> dict[str, str]:
    """Headers of all layers, names in lower case; what comes later wins."""
    return {name.lower(): value for layer in layers for name, value in layer.items()}


# ── HMAC ─────────────────────────────────────────────────────────────────────────────────────────────


def hmac_key(secret: str, *, is_base64: bool) -> bytes:
    """The key that a secret stands for; raises ValueError when it should be base64 and is not."""
    if not is_base64:
        return secret.encode()
    try:
        key = base64.b64decode(secret.removeprefix(_WEBHOOK_SECRET), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not key:
        raise ValueError("empty")
    return key


def unknown_word(template: str) -> str:
    """The first placeholder of a payload format that we do not fill in; empty if there is none."""
    return next((word for word in _PLACE.findall(template) if word not in _WORDS), "")


def _signed(plan: Mapping[str, Any], secret: str, body: bytes, id: str, timestamp: str) -> dict[str, str]:
    timed = plan.get("includeTimestamp", True)
    known = {"timestamp": timestamp.encode(), "id": id.encode(), "body": body}
    payload = _filled(plan.get("payloadFormat") or (WITH_TIME if timed else WITHOUT_TIME), known)
    key = hmac_key(secret, is_base64=bool(plan.get("secretIsBase64")))
    digest = hmac.new(key, payload, getattr(hashlib, plan["algorithm"])).digest()
    in_base64 = plan.get("signatureEncoding") == "base64"
    text = base64.b64encode(digest).decode() if in_base64 else digest.hex()
    prefix = _filled(plan.get("signaturePrefix") or "", {**known, "body": b""}).decode()
    signed = {plan.get("signatureHeader") or "x-signature": prefix + text}
    if timed:
        signed[plan.get("timestampHeader") or "x-timestamp"] = timestamp
    if plan.get("messageIdHeader"):
        signed[plan["messageIdHeader"]] = id
    return signed


def _filled(template: str, known: Mapping[str, bytes]) -> bytes:
    """The template in bytes; what the body holds is never read as a placeholder."""
    pieces = _PLACE.split(template)  # text, word, text, word, …
    return b"".join(
        known[_WORDS[piece]] if index % 2 and piece in _WORDS else _literal(piece, index)
        for index, piece in enumerate(pieces)
    )


def _literal(piece: str, index: int) -> bytes:
    return (f"{{{piece}}}" if index % 2 else piece).encode()


# ── Standard Webhooks ────────────────────────────────────────────────────────────────────────────────


def derived_secret(installation: bytes, org_id: str) -> str:
    """The organisation's signing secret while it has none of its own: `whsec_` and base64."""
    key = derive(installation, f"webhooks:{org_id}", _SECRET_BYTES)
    return _WEBHOOK_SECRET + base64.b64encode(key).decode()


def webhook_headers(secrets: Sequence[str], id: str, at: datetime, body: bytes) -> dict[str, str]:
    """webhook-id, -timestamp and -signature; one signature with each secret."""
    timestamp = str(int(at.timestamp()))
    content = f"{id}.{timestamp}.".encode() + body
    signatures = [
        hmac.new(hmac_key(secret, is_base64=True), content, hashlib.sha256).digest() for secret in secrets
    ]
    return {
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(s).decode()}" for s in signatures),
    }
