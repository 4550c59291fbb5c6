"""`v3` and 3, and whose turn it is when calls are split. Pure."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from voice_engine.kernel.errors import BadRequest

_WRITTEN = re.compile(r"v([1-9][0-9]{0,8})")


def written(number: int) -> str:
    """As clients see it: v3."""
    return f"v{number}"


def number_of(version: str, field: str = "version") -> int:
    """The number in `v3`; raises BadRequest naming the field."""
    found = _WRITTEN.fullmatch(version)
    if found is None:
        message = f"{field} should be a version as the assistant's versions are listed, for example v3."
        raise BadRequest("version_malformed", message, field=field)
    return int(found[1])


def drawn(allocations: Sequence[Mapping[str, Any]], key: str) -> str:
    """The version for whoever is known by `key`: the same key always draws the same one.

    Weights are relative to their sum.
    """
    total = sum(one["weight"] for one in allocations)
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
    point = int.from_bytes(digest) / 2**64 * total
    for one in allocations:
        point -= one["weight"]
        if point < 0:
            return str(one["version"])
    return str(next(one for one in reversed(allocations) if one["weight"] > 0)["version"])
