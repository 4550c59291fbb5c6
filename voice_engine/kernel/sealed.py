"""Secrets at rest: AES-256-GCM under a key derived from the installation's secret.

The context (for example an organisation's id) is authenticated, so a sealed value copied into another
organisation's row does not open.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from voice_engine.kernel.errors import YingdaError

_PREFIX = "v1."


def derive(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """A key of `length` bytes for one purpose (HKDF-SHA256)."""
    return HKDF(SHA256(), length, salt=b"yingda", info=purpose.encode()).derive(secret)


def seal(plain: str, secret: bytes, *, context: str) -> str:
    """Text that only `unseal` with the same secret and context opens."""
    nonce = os.urandom(12)
    box = AESGCM(derive(secret, "seal")).encrypt(nonce, plain.encode(), context.encode())
    return _PREFIX + base64.urlsafe_b64encode(nonce + box).decode()


def unseal(sealed: str, secret: bytes, *, context: str) -> str:
    """The text that was sealed; raises YingdaError when the secret or the context is another."""
    try:
        raw = base64.urlsafe_b64decode(sealed.removeprefix(_PREFIX))
        return AESGCM(derive(secret, "seal")).decrypt(raw[:12], raw[12:], context.encode()).decode()
    except (InvalidTag, ValueError) as error:
        message = "A stored secret cannot be opened: was the installation's secret file replaced?"
        raise YingdaError("sealed_secret_unreadable", message) from error
