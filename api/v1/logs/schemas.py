"""The log of an organisation: what was written over the API, told to its servers, happened in its calls."""

from typing import Any, Literal

from pydantic import Field

from api.http.pages import ListQuery
from api.http.schema import Answer, Body

Kind = Literal["API", "Webhook", "Call"]
REACHABLE = 10_000  # entries that can be paged through; go on with createdAtLt


class LogQuery(ListQuery):
    """Which entries; all must hold."""

    type: Kind | None = Field(None, description="API: writes and refused ones; Webhook; Call; default: all")
    call_id: str | None = Field(
        None, max_length=64, description="of one call: all its events, else only beginnings, ends and errors"
    )
    page: int = Field(1, ge=1, le=REACHABLE, description="which page, from 1; only the first 10,000 entries")
    sort_order: Literal["ASC", "DESC"] = Field("DESC", description="DESC: newest first")


class LogDeletion(Body):
    """Which entries to forget."""

    type: Kind = Field(description="Webhook; the others cannot be deleted")
    call_id: str | None = Field(None, max_length=64, description="only those of one call")


class LogEntry(Answer):
    """One entry. What does not apply is left out; personal numbers are masked."""

    id: str = Field(description="unique among its type")
    org_id: str = Field(description="the organisation it belongs to")
    type: Kind = Field(description="API, Webhook or Call")
    time: str = Field(description="ISO 8601, UTC, milliseconds")
    call_id: str | None = Field(None, description="the call it is about")
    webhook_type: str | None = Field(None, description="the message's type")
    request_http_method: str | None = Field(None, description="POST, PATCH …")
    request_path: str | None = Field(None, description="the route")
    request_url: str | None = Field(None, description="where a message was sent")
    request_ip_address: str | None = Field(None, description="the client's address")
    request_id: str | None = Field(None, description="the answer's X-Request-Id")
    response_http_code: int | None = Field(None, description="the answer's status, the last one of several")
    status: str | None = Field(None, description="of a message: pending, sending, delivered or dead")
    attempts: int | None = Field(None, description="how often a message was sent")
    event: str | None = Field(None, description="of a call: the event's type")
    seconds_from_start: float | None = Field(None, description="of a call: when, in its own seconds")
    text: str | None = Field(None, description="of a call: the event as a sentence")
    error: str | None = Field(None, description="the refusal's code, or what went wrong last")


class Forgotten(Answer):
    """What a deletion has done."""

    deleted: int = Field(description="entries that are gone")


def without_nothing(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with what applies."""
    return {name: value for name, value in entry.items() if value not in (None, "")}
