"""The table `tools`."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import Row


class ToolRow(Row, table=True):
    """`config` is the API's JSON without secrets; `sealed` holds those by their place in it.

    `name` is what the model calls it, None for tools that find a name in the conversation.
    """

    __tablename__ = "tools"

    type: str
    name: str | None = None
    config: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    sealed: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
