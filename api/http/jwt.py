"""Members' access tokens: JWT signed with Ed25519.

The key pair follows from the installation's secret: every replica signs and verifies alike, and there is no
file to lose.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.types import Options

from voice_engine.kernel.errors import Unauthorized
from voice_engine.kernel.ids import new_id
from voice_engine.kernel.sealed import derive

LIFETIME = timedelta(hours=1)
_ISSUER = "yingda"
_OPTIONS: Options = {  # PyJWT reads the machine's clock; we compare `exp` ourselves
    "require": ["exp", "sub", "org", "sid"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says."""

    org_id: str
    member_id: str
    login_id: str


class AccessTokens:
    """Signs and verifies."""

    def __init__(self, secret: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(derive(secret, "jwt"))
        self._public = self._private.public_key()
        self._raw = self._public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = hashlib.sha256(self._raw).hexdigest()[:16]

    def sign(self, claims: Claims, *, now: datetime) -> str:
        """A token good for `LIFETIME`."""
        payload = {
            "iss": _ISSUER,
            "sub": claims.member_id,
            "org": claims.org_id,
            "sid": claims.login_id,
            "jti": new_id(),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
        }
        return jwt.encode(payload, self._private, algorithm="EdDSA", headers={"kid": self.key_id})

    def verify(self, token: str, *, now: datetime) -> Claims:
        """The claims; raises Unauthorized."""
        try:
            payload = jwt.decode(token, self._public, ["EdDSA"], issuer=_ISSUER, options=_OPTIONS)
        except jwt.InvalidTokenError:
            message = "This access token is not one of ours; log in again."
            raise Unauthorized("access_token_invalid", message) from None
        if payload["exp"] <= now.timestamp():
            raise Unauthorized("access_token_expired", "Your access token has expired; refresh it.")
        return Claims(payload["org"], payload["sub"], payload["sid"])

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public key as a JSON Web Key Set, for other services that want to verify."""
        x = base64.urlsafe_b64encode(self._raw).rstrip(b"=").decode()
        key = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.key_id, "x": x}
        return {"keys": [key]}
