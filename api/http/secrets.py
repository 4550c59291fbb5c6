"""The shape of API keys and refresh tokens: made once, shown once, stored as an HMAC.

A key is `sk_` or `pk_`, 37 random base-62 characters (220 bits) and 6 of CRC-32, so that a truncated or
mistyped key is known without asking the database, and scanners of leaked secrets find few false positives.
"""

import hashlib
import hmac
import secrets
import string
import zlib
from typing import Literal

from voice_engine.kernel.sealed import derive

KeyKind = Literal["private", "public"]
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PREFIX: dict[KeyKind, str] = {"private": "sk_", "public": "pk_"}
_RANDOM = 37
_CHECK = 6
_LENGTH = 3 + _RANDOM + _CHECK


def new_key(kind: KeyKind) -> str:
    """A fresh key of 46 characters."""
    body = _PREFIX[kind] + _base62(secrets.randbelow(62**_RANDOM), _RANDOM)
    return body + _checksum(body)


def kind_of(text: str) -> KeyKind | None:
    """What kind of key `text` claims to be."""
    return next((kind for kind, prefix in _PREFIX.items() if text.startswith(prefix)), None)


def is_well_formed(text: str) -> bool:
    """Whether length, alphabet and checksum are right; says nothing about the key being known."""
    if len(text) != _LENGTH or kind_of(text) is None or not text.isascii() or not text[3:].isalnum():
        return False
    return _checksum(text[:-_CHECK]) == text[-_CHECK:]


def new_refresh_token(org_id: str) -> str:
    """`rt_`, the organisation's id without dashes, 43 random characters."""
    return f"rt_{org_id.replace('-', '')}{secrets.token_urlsafe(32)}"


class Pepper:
    """Turns secrets into what the database stores. Without the installation's secret the rows are useless."""

    def __init__(self, secret: bytes) -> None:
        self._key = derive(secret, "api-keys")

    def mac(self, text: str) -> bytes:
        """32 bytes."""
        return hmac.digest(self._key, text.encode(), hashlib.sha256)


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
