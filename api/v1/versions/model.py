"""The tables `assistant_versions`, `assistant_drafts` and `traffic_allocations`."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import IdText, Row

Json = dict[str, Any]


class VersionRow(Row, table=True):
    """What an assistant was: `config` and `sealed` as the assistant's row had them.

    The newest version is the assistant's own row, whose `version` is its number; it is copied here when it is
    replaced, or when it gets a name.
    """

    __tablename__ = "assistant_versions"

    assistant_id: str = Field(sa_type=IdText)
    number: int
    name: str | None = None
    description: str | None = None
    config: Json = Field(default_factory=dict, sa_type=JSONB)
    sealed: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    deleted: bool = False


class DraftRow(Row, table=True):
    """What an assistant may become. `base` is the number of the version it was begun from."""

    __tablename__ = "assistant_drafts"

    assistant_id: str = Field(sa_type=IdText)
    name: str | None = None
    base: int
    config: Json = Field(default_factory=dict, sa_type=JSONB)
    sealed: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)


class TrafficRow(Row, table=True):
    """One decision on who gets how many calls: `allocations` is a list of `{version, weight}`."""

    __tablename__ = "traffic_allocations"

    assistant_id: str = Field(sa_type=IdText)
    allocations: list[Json] = Field(default_factory=list, sa_type=JSONB)
