"""The row of an API key. The key itself is nowhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from api.db.table import Row, Timestamp


class ApiKeyRow(Row, table=True):
    """`previous_hmac` is the value before the last rotation, good until `previous_expires_at`."""

    __tablename__ = "api_keys"

    kind: str
    name: str
    hmac: bytes
    last4: str
    scopes: list[str] = Field(sa_type=ARRAY(Text))
    restrictions: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    expires_at: datetime | None = Field(default=None, sa_type=Timestamp)
    revoked_at: datetime | None = Field(default=None, sa_type=Timestamp)
    last_used_at: datetime | None = Field(default=None, sa_type=Timestamp)
    previous_hmac: bytes | None = None
    previous_expires_at: datetime | None = Field(default=None, sa_type=Timestamp)
