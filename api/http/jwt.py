"""Members' access tokens: JWT signed with Ed25519, or RS256 where the installation has an RSA key.

The Ed25519 pair follows from the installation's secret: every replica signs and verifies alike, and there is
no file to lose. With an RSA key, tokens signed before it was there are still good.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from jwt.types import Options

from voice_engine.kernel.errors import Unauthorized
from voice_engine.kernel.ids import new_id
from voice_engine.kernel.sealed import derive

LIFETIME = timedelta(hours=1)
_ISSUER = "yingda"
_SMALLEST_RSA = 2048  # bits
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


@dataclass(frozen=True, slots=True)
class _Pair:
    """A key that signs, and the one that verifies."""

    id: str
    algorithm: str
    private: Any
    public: Any

    def jwk(self) -> dict[str, Any]:
        shown = jwt.get_algorithm_by_name(self.algorithm).to_jwk(self.public, as_dict=True)
        return {**shown, "alg": self.algorithm, "use": "sig", "kid": self.id, "key_ops": ["verify"]}


class AccessTokens:
    """Signs and verifies."""

    def __init__(self, secret: bytes, rsa_pem: str = "") -> None:
        own = Ed25519PrivateKey.from_private_bytes(derive(secret, "jwt"))
        pairs: list[_Pair] = [_pair(own, "EdDSA"), *([_pair(_rsa(rsa_pem), "RS256")] if rsa_pem else [])]
        self._pairs = {pair.id: pair for pair in pairs}
        self._signs = pairs[-1]
        self.key_id = self._signs.id

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
        signs = self._signs
        return jwt.encode(payload, signs.private, algorithm=signs.algorithm, headers={"kid": signs.id})

    def verify(self, token: str, *, now: datetime) -> Claims:
        """The claims; raises Unauthorized."""
        try:
            pair = self._pairs[jwt.get_unverified_header(token)["kid"]]
            payload = jwt.decode(token, pair.public, [pair.algorithm], issuer=_ISSUER, options=_OPTIONS)
        except (jwt.InvalidTokenError, KeyError, TypeError):
            message = "This access token is not one of ours; log in again."
            raise Unauthorized("access_token_invalid", message) from None
        if payload["exp"] <= now.timestamp():
            raise Unauthorized("access_token_expired", "Your access token has expired; refresh it.")
        return Claims(payload["org"], payload["sub"], payload["sid"])

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public keys as a JSON Web Key Set, for other services that want to verify."""
        return {"keys": [pair.jwk() for pair in self._pairs.values()]}


def _pair(private: Any, algorithm: str) -> _Pair:
    public = private.public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _Pair(hashlib.sha256(der).hexdigest()[:16], algorithm, private, public)


def _rsa(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey) or key.key_size < _SMALLEST_RSA:
        raise ValueError(f"YINGDA_API_JWT_PRIVATE_KEY should be an RSA key of {_SMALLEST_RSA} bits or more")
    return key
