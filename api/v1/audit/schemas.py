"""The audit log as JSON."""

from typing import Literal

from pydantic import Field

from api.http.pagination import PageQuery
from api.http.schema import Answer

Actor = Literal["private", "public", "member", "visitor"]
Outcome = Literal["done", "refused"]


class AuditQuery(PageQuery):
    """All filters together must hold."""

    actor_id: str | None = Field(None, max_length=100, description="id of the key or person")
    resource_id: str | None = Field(None, max_length=100, description="what was written to")
    method: Literal["POST", "PUT", "PATCH", "DELETE"] | None = Field(None, description="how")
    route: str | None = Field(None, max_length=200, description="route template, e.g. /v1/assistants/{id}")
    address: str | None = Field(None, max_length=100, description="the client's address")
    outcome: Outcome | None = Field(None, description="done: status below 400; refused: the rest")


class AuditLog(Answer):
    """One write. What was written is not kept, only which fields."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    actor_kind: Actor = Field(description="private or public key, member, or visitor before a login")
    actor_id: str = Field(description="id of the key or person")
    role: str | None = Field(None, description="the person's role at that time")
    address: str | None = Field(None, description="the client's address")
    method: str = Field(description="POST, PUT, PATCH or DELETE")
    route: str = Field(description="route template")
    resource_id: str | None = Field(None, description="what was written to, where one thing was")
    status: int = Field(description="the answer's HTTP status")
    code: str | None = Field(None, description="the refusal's code")
    request_id: str = Field(description="the answer's X-Request-Id; the process's log has the same")
    fields: list[str] = Field(description="top-level fields of the body, without their values; at most 50")
