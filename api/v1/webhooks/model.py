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


class DeliveryRow(Row, table=True):
    """One message to one server. `id` is the webhook-id; `body` is what is signed and sent, to the byte.

    `position` orders the messages of a call. `occasion` makes the message unique in its call. `log` holds one
    `{at, status, ms, answer, error}` per attempt.
    """

    __tablename__ = "webhook_deliveries"

    call_id: str = Field(sa_type=IdText)
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
