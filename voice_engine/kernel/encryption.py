"""Single fields of a tool's arguments, readable only for who holds the private key. Pure.

RSA-OAEP with SHA-256; the result is base64. A text is encrypted as it is, any other value as JSON.
"""

import base64
from collections.abc import Iterable
from typing import Any

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from voice_engine.kernel.errors import Unavailable

Json = dict[str, Any]
SHORTEST_KEY = 2048  # bits


def read_key(pem: str) -> RSAPublicKey:
    """The public key of a PEM text (SPKI); raises ValueError saying what it should be."""
    wanted = f"a PEM public key: RSA, at least {SHORTEST_KEY} bits, beginning with -----BEGIN PUBLIC KEY-----"
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(wanted) from error
    if not isinstance(key, RSAPublicKey) or key.key_size < SHORTEST_KEY:
        raise ValueError(wanted)
    return key


def encrypted(arguments: Json, paths: Iterable[str], pem: str) -> Json:
    """The arguments with the fields at these dotted paths encrypted; what is not there stays away.

    A number in a path is a place in a list, `*` every place. Raises Unavailable for a value that is too long
    for the key: it is not sent at all.
    """
    key = read_key(pem)
    found: Any = arguments
    for path in paths:
        found = _at(found, path.split("."), key, path)
    result: Json = found
    return result


def _at(value: Any, steps: list[str], key: RSAPublicKey, path: str) -> Any:
    if not steps:
        return _sealed(value, key, path)
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict) and step in value:
        return {**value, step: _at(value[step], rest, key, path)}
    if isinstance(value, list):
        chosen = range(len(value)) if step == "*" else (int(step),) if step.isdecimal() else ()
        return [_at(item, rest, key, path) if n in chosen else item for n, item in enumerate(value)]
    return value


def _sealed(value: Any, key: RSAPublicKey, path: str) -> str:
    plain = value.encode() if isinstance(value, str) else orjson.dumps(value)
    most = key.key_size // 8 - 2 * SHA256.digest_size - 2
    if len(plain) > most:
        sentence = (
            f"The argument {path} cannot be encrypted: it has {len(plain)} bytes, the key takes {most}."
        )
        raise Unavailable("argument_too_long_to_encrypt", sentence, path=path)
    return base64.b64encode(key.encrypt(plain, OAEP(MGF1(SHA256()), SHA256(), None))).decode()
