"""The table `structured_outputs`: what is to be drawn from calls."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import Row


class StructuredOutputRow(Row, table=True):
    """`config` is the structured output in the API's words, its name included."""

    __tablename__ = "structured_outputs"

    name: str
    config: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
