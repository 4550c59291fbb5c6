"""The tables `sessions` and `session_messages`."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import IdText, Row, Timestamp
from api.v1.text.columns import NullableJson, TextRow

Json = dict[str, Any]


class SessionRow(TextRow, table=True):
    """A conversation that goes on from chat to chat, and through calls.

    It expires `expiration_seconds` after it was last used. `busy_with` is the chat that is being answered, at
    most until `busy_until`. `last_seq` is the number of its last message.
    """

    __tablename__ = "sessions"

    status: str = "active"
    expiration_seconds: int = 86_400
    expires_at: datetime = Field(sa_type=Timestamp)
    customer: Json | None = Field(default=None, sa_type=NullableJson)
    last_seq: int = 0
    busy_with: str | None = Field(default=None, sa_type=IdText)
    busy_until: datetime | None = Field(default=None, sa_type=Timestamp)


class SessionMessageRow(Row, table=True):
    """One message of a session; `seq` counts from 1 and orders them, times may tie."""

    __tablename__ = "session_messages"

    session_id: str = Field(sa_type=IdText)
    seq: int
    chat_id: str | None = Field(default=None, sa_type=IdText)
    call_id: str | None = Field(default=None, sa_type=IdText)
    message: Json = Field(sa_type=JSONB)
