"""Tencent Cloud's signed addresses: HMAC-SHA1 over host, path and the sorted, unencoded query."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

VALID_S = 86400


def signature(secret_key: str, method: str, place: str, query: Mapping[str, str | int]) -> str:
    """base64, not yet percent-encoded. `method` is GET for the voice and empty for the recogniser."""
    pairs = "&".join(f"{name}={query[name]}" for name in sorted(query))
    signed = hmac.new(secret_key.encode(), f"{method}{place}?{pairs}".encode(), hashlib.sha1)
    return base64.b64encode(signed.digest()).decode()


def address(origin: str, path: str, query: Mapping[str, str | int], signed: tuple[str, str]) -> str:
    """The URL; `signed` is the name of the signature's parameter and its value."""
    pairs = [f"{name}={quote(str(value), safe='')}" for name, value in sorted(query.items())]
    name, value = signed
    return f"{origin}{path}?{'&'.join(pairs)}&{name}={quote(value, safe='')}"
