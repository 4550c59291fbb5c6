"""iFlytek's three ways to sign an address: by product line."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import formatdate
from urllib.parse import quote, urlsplit

_CHINA = timezone(timedelta(hours=8))


def gmt(now: float) -> str:
    """Unix seconds as the vendor's gateway wants them, whatever zone the machine is in."""
    return formatdate(now, usegmt=True)


def request_signature(api_secret: str, host: str, path: str, date: str) -> str:
    """base64 of HMAC-SHA256 over host, date and request line: dictation and voices."""
    return _hmac(api_secret, f"host: {host}\ndate: {date}\nGET {path} HTTP/1.1", "sha256")


def request_address(url: str, api_key: str, api_secret: str, now: float) -> str:
    """`url` with `authorization`, `date` and `host`; good for 300 s."""
    place, date = urlsplit(url), gmt(now)
    signed = request_signature(api_secret, place.netloc, place.path, date)
    how = 'algorithm="hmac-sha256", headers="host date request-line"'
    words = f'api_key="{api_key}", {how}, signature="{signed}"'
    authorization = base64.b64encode(words.encode()).decode()
    return f"{url}?{encoded({'authorization': authorization, 'date': date, 'host': place.netloc})}"


def transcription_signature(api_key: str, app_id: str, ts: int) -> str:
    """`signa`: base64 of HMAC-SHA1 over the hexadecimal MD5 of app and unix seconds."""
    digest = hashlib.md5(f"{app_id}{ts}".encode(), usedforsecurity=False).hexdigest()
    return _hmac(api_key, digest, "sha1")


def query_signature(secret: str, query: Mapping[str, str]) -> str:
    """base64 of HMAC-SHA1 over the sorted, percent-encoded query, without what is empty."""
    filled = {name: query[name] for name in sorted(query) if query[name]}
    return _hmac(secret, encoded(filled), "sha1")


def encoded(query: Mapping[str, str]) -> str:
    """A query in its own order, all but letters, digits and `_.-~` percent-encoded."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items())


def china_time(now: float) -> str:
    """Unix seconds as 2023-11-15T06:13:20+0800."""
    return datetime.fromtimestamp(now, UTC).astimezone(_CHINA).strftime("%Y-%m-%dT%H:%M:%S%z")


def _hmac(secret: str, text: str, algorithm: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), algorithm).digest()).decode()
