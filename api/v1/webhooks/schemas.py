"""Deliveries as the API shows them."""

from typing import Any

import orjson
from pydantic import Field, model_validator

from api.http.pages import ListQuery
from api.http.schema import Answer, Moment
from api.v1.webhooks.model import DeliveryRow, Status


class DeliveryQuery(ListQuery):
    """Filters of the list; all must hold."""

    call_id: str | None = Field(None, max_length=64, description="the deliveries of one call")
    status: Status | None = Field(None, description="pending, sending, delivered or dead")
    type: str | None = Field(None, max_length=64, description="the message's type, e.g. end-of-call-report")


class AttemptRead(Answer):
    """One attempt."""

    at: str = Field(description="ISO 8601, UTC")
    attempt: int = Field(description="1 for the first")
    ms: int | None = Field(None, description="how long it took")
    status: int | None = Field(None, description="the HTTP status, if there was an answer")
    answer: str | None = Field(None, description="the first 500 characters, personal data masked")
    error: str | None = Field(None, description="what went wrong and what to do")


class DeliveryRead(Answer):
    """One message to one server, and what came of it."""

    id: str = Field(description="also the webhook-id header: the same for every attempt")
    org_id: str
    created_at: Moment
    updated_at: Moment
    call_id: str
    type: str = Field(description="the message's type")
    url: str
    status: Status = Field(description="pending, sending, delivered or dead")
    attempts: int
    next_at: Moment | None = Field(None, description="when the next attempt is due")
    delivered_at: Moment | None = None
    log: list[AttemptRead] = Field(description="the last 20 attempts, oldest first")


class DeliveryWithPayload(DeliveryRead):
    """With the payload."""

    payload: dict[str, Any] = Field(description="the request's body")

    @model_validator(mode="before")
    @classmethod
    def _from_row(cls, row: Any) -> Any:
        if isinstance(row, DeliveryRow):
            return {**row.model_dump(), "payload": orjson.loads(row.body)}
        return row


class SecretRead(Answer):
    """With what webhooks are signed."""

    secret: str = Field(description="whsec_…, for any Standard Webhooks library")
