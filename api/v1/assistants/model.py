"""The table `assistants`."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import Row


class AssistantRow(Row, table=True):
    """`config` is the API's JSON without secrets; `sealed` holds those by their place in it.

    `version` is the number of the latest version. `traffic` is the traffic allocation in force, None where
    the latest version takes all calls.
    """

    __tablename__ = "assistants"

    name: str | None = None
    config: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    sealed: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    traffic: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
