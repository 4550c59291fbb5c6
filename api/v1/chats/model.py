"""The table `chats`: one message to an assistant, and what it answered."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import IdText
from api.v1.text.columns import TextRow

Json = dict[str, Any]


class ChatRow(TextRow, table=True):
    """`input` is as it was sent; `messages` are what models were told with it, the input last; `output` is
    what was said then. `latency_ms` is the time until the first words.
    """

    __tablename__ = "chats"

    session_id: str | None = Field(default=None, sa_type=IdText)
    previous_chat_id: str | None = Field(default=None, sa_type=IdText)
    stream: bool = False
    input: Any = Field(sa_type=JSONB)
    messages: list[Json] = Field(sa_type=JSONB)
    output: list[Json] = Field(sa_type=JSONB)
    latency_ms: int = 0
