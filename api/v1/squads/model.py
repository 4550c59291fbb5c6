"""The tables `squads` and `squad_sessions`."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import IdText, Row


class SquadRow(Row, table=True):
    """`config` is the API's JSON without secrets; `sealed` holds those by their place in it."""

    __tablename__ = "squads"

    name: str | None = None
    config: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    sealed: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)


class SquadSessionRow(Row, table=True):
    """One conversation in text: who has it, what all members know, and what was said.

    `messages` are `{role, content, member?}`, the newest last. It goes a day after its last message.
    """

    __tablename__ = "squad_sessions"

    squad_id: str = Field(sa_type=IdText)
    member: str
    handoffs: int = 0
    context: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    messages: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
