"""Passwords: at least eight characters with upper case, lower case and a digit; argon2id."""

import secrets
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

LONGEST = 200  # characters; argon2 reads them all


@cache
def _hasher() -> PasswordHash:
    # OWASP's second profile: 19 MiB, two passes.
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))


def check_strength(password: str) -> str:
    """The password, or ValueError that says what is missing."""
    rules = {
        "at least 8 characters": len(password) >= 8,
        "an upper-case letter": any(c.isupper() for c in password),
        "a lower-case letter": any(c.islower() for c in password),
        "a digit": any(c.isdigit() for c in password),
    }
    missing = [what for what, there in rules.items() if not there]
    if missing:
        raise ValueError(f"the password needs {', '.join(missing)}")
    return password


def generate() -> str:
    """A password that passes `check_strength`."""
    return f"Yd{secrets.randbelow(10)}-{secrets.token_urlsafe(12)}"


def hash_of(password: str) -> str:
    return _hasher().hash(password)


def verify(password: str, hashed: str | None) -> tuple[bool, str | None]:
    """Whether it is right, and a better hash to store if the old one is out of date.

    Without a hash (nobody has that address) it takes as long, so that time does not tell who is a member.
    """
    right, better = _hasher().verify_and_update(password, hashed or _nobody())
    return (right, better) if hashed else (False, None)
