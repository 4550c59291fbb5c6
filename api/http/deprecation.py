"""Routes that will go: they say so in every answer, since when, until when, and what to use instead.

    router.post("/phone", **deprecated("/call", since=date(2026, 11, 20)))(create)

A route is announced three months before it is discouraged and lives six months more (ledger P-05): `sunset`
is nine months after the announcement at the earliest. Without one it stays as long as somebody calls it.
"""

from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any

_SHORTEST_DAYS = 270
_KEY = "x-deprecation"


def deprecated(successor: str, *, since: date, sunset: date | None = None) -> dict[str, Any]:
    """Options for the route. Headers: Deprecation (RFC 9745), Sunset (RFC 8594), Link to the successor."""
    if sunset is not None and (sunset - since).days < _SHORTEST_DAYS:
        raise ValueError(f"a route lives {_SHORTEST_DAYS} days after it was called deprecated")
    said = {"since": since.isoformat(), "successor": successor}
    if sunset is not None:
        said["sunset"] = sunset.isoformat()
    return {"deprecated": True, "openapi_extra": {_KEY: said}}


def headers(route: Any) -> list[tuple[bytes, bytes]]:
    """What a deprecated route adds to its answers."""
    said = (route.openapi_extra or {}).get(_KEY)
    if said is None:
        return [(b"deprecation", b"true")]
    found = [
        (b"deprecation", f"@{_midnight(said['since']).timestamp():.0f}".encode()),
        (b"link", f'<{said["successor"]}>; rel="successor-version"'.encode()),
    ]
    if "sunset" in said:
        found.append((b"sunset", format_datetime(_midnight(said["sunset"]), usegmt=True).encode()))
    return found


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
