"""The tables `webhook_deliveries` and `webhook_secrets`.

A delivery's life: pending → sending → delivered, or → pending again after a failure, or → dead. `sending` is
a lease: whoever holds it when it runs out is taken for dead, and the delivery is sent again.
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, FetchedValue, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import IdText, Row, Timestamp

Status = Literal["pending", "sending", "delivered", "dead"]
Subject = Literal["call", "chat", "session"]


class DeliveryRow(Row, table=True):
    """One message to one server. `id` is the webhook-id; `body` is what is signed and sent, to the byte.

    It is about a call, a chat or a session: `subject` and `subject_id`. `position` orders the messages about
    one of them, `occasion` makes a message unique among them. With `call_id` it goes when the call is erased,
    and to the call's server; otherwise to `server`. `log` holds one `{at, status, ms, answer, error}` per
    attempt.
    """

    __tablename__ = "webhook_deliveries"

    subject: str = "call"
    subject_id: str = Field(sa_type=IdText)
    call_id: str | None = Field(default=None, sa_type=IdText)
    server: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    position: int | None = Field(
        default=None,
        sa_type=BigInteger,
        sa_column_kwargs={"server_default": FetchedValue()},
    )
    occasion: str
    type: str
    url: str
    body: str = Field(sa_type=Text)
    status: str = "pending"
    attempts: int = 0
    next_at: datetime | None = Field(default=None, sa_type=Timestamp)
    lease_until: datetime | None = Field(default=None, sa_type=Timestamp)
    holds_until: datetime = Field(sa_type=Timestamp)
    delivered_at: datetime | None = Field(default=None, sa_type=Timestamp)
    log: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)


class SecretRow(Row, table=True):
    """The organisation's own signing secret, sealed; without a row it is derived from the installation's."""

    __tablename__ = "webhook_secrets"

    sealed: str
    previous_sealed: str | None = None
    previous_until: datetime | None = Field(default=None, sa_type=Timestamp)
