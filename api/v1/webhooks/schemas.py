"""Deliveries as the API shows them."""

from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field, model_validator

from api.db.repo import Bound, Window
from api.http.pages import ListQuery
from api.http.schema import Answer, Moment, MomentIn
from api.v1.assistants.schemas.base import Shape
from api.v1.webhooks.model import DeliveryRow, Status, Subject
from voice_engine.kernel.errors import BadRequest


class DeliveryQuery(ListQuery):
    """Filters of the list; all must hold."""

    call_id: str | None = Field(None, max_length=64, description="those about one call")
    chat_id: str | None = Field(None, max_length=64, description="those about one chat")
    session_id: str | None = Field(None, max_length=64, description="those about one session")
    status: Status | None = Field(None, description="pending, sending, delivered or dead")
    type: str | None = Field(None, max_length=64, description="the message's type, e.g. end-of-call-report")

    def filters(self) -> dict[str, Any]:
        """By column."""
        return filters(self)


class ReplayMany(Shape):
    """Which deliveries are sent again; all that is given must hold."""

    status: Literal["dead", "delivered"] = Field("dead", description="which of them; default dead")
    call_id: str | None = Field(None, max_length=64, description="those about one call")
    chat_id: str | None = Field(None, max_length=64, description="those about one chat")
    session_id: str | None = Field(None, max_length=64, description="those about one session")
    type: str | None = Field(None, max_length=64, description="the message's type, e.g. end-of-call-report")
    created_at_ge: Annotated[MomentIn, Field(strict=False)] | None = Field(
        None, description="not older than this, ISO 8601 with a zone"
    )
    created_at_le: Annotated[MomentIn, Field(strict=False)] | None = Field(
        None, description="not newer than this, ISO 8601 with a zone"
    )

    def window(self) -> Window:
        """The times."""
        ends: tuple[tuple[Bound, datetime | None], ...] = (
            ("ge", self.created_at_ge),
            ("le", self.created_at_le),
        )
        return Window(bounds=tuple(("created_at", bound, at) for bound, at in ends if at is not None))

    def filters(self) -> dict[str, Any]:
        """By column."""
        return filters(self)


class Replayed(Answer):
    """What came of it."""

    replayed: int = Field(description="how many deliveries are sent again")
    more: bool = Field(description="whether there were more than one request takes; ask again")


def filters(query: "DeliveryQuery | ReplayMany") -> dict[str, Any]:
    """Column → value; whatever a message is about, its id stands in one column."""
    about = {"call": query.call_id, "chat": query.chat_id, "session": query.session_id}
    named = {kind: id for kind, id in about.items() if id is not None}
    if len(named) > 1:
        raise BadRequest("one_subject", "Give one of callId, chatId and sessionId.")
    kind, id = next(iter(named.items()), (None, None))
    return {"subject": kind, "subject_id": id, "status": query.status, "type": query.type}


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
    org_id: str = Field(description="the organisation it belongs to")
    created_at: Moment = Field(description="when the message was made")
    updated_at: Moment = Field(description="when it was last touched")
    subject: Subject = Field(description="what it is about: call, chat or session")
    subject_id: str = Field(description="which one; it may have been deleted since")
    call_id: str | None = Field(None, description="the call, while it is there")
    type: str = Field(description="the message's type")
    url: str = Field(description="where it goes")
    status: Status = Field(description="pending, sending, delivered or dead")
    attempts: int = Field(description="made so far; a replay begins again at 0")
    next_at: Moment | None = Field(None, description="when the next attempt is due")
    delivered_at: Moment | None = Field(None, description="when the server took it")
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
