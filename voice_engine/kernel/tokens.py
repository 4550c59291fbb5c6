"""Signed, short-lived tokens for URLs: media, listening, control, downloads.

Format: base64url(JSON claims) "." base64url(HMAC-SHA256). The claims are readable, not secret.
"""

import base64
import binascii
import hmac
from typing import Any

import orjson

from voice_engine.kernel.errors import Unauthorized

_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _b64(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(claims: dict[str, Any], secret: bytes, *, expires_at: float) -> str:
    """A token for `claims` that `verify` accepts until `expires_at` (Unix seconds)."""
    body = orjson.dumps({**claims, "exp": int(expires_at)})
    return f"{_b64(body)}.{_b64(hmac.digest(secret, body, 'sha256'))}"


def verify(token: str, secret: bytes, *, kind: str, now: float) -> dict[str, Any]:
    """The claims of a token of this `kind`; raises Unauthorized (`token_missing`, `…_malformed`, `…_invalid`,
    `…_wrong_kind` or `…_expired`).
    """
    if not token:
        raise Unauthorized("token_missing", "This URL needs its ?token=…; use it as it was given.")
    try:
        head, _, tail = token.partition(".")
        body, mac = _unb64(head), _unb64(tail)
    except ValueError:
        raise Unauthorized("token_malformed", "This is not a token of ours; request a new URL.") from None
    if not hmac.compare_digest(mac, hmac.digest(secret, body, "sha256")):
        raise Unauthorized("token_invalid", "The token's signature is wrong; request a new URL.")
    claims: dict[str, Any] = orjson.loads(body)
    if claims.get("kind") != kind:
        raise Unauthorized("token_wrong_kind", f"This token is not for {kind}; use the URL as it was given.")
    if claims["exp"] <= now:
        raise Unauthorized("token_expired", "The URL has expired; request a new one.")
    return claims
