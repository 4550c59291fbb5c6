"""The row of an organisation: the tenant everything else belongs to."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from api.db.table import IdText, Timestamp
from voice_engine.kernel.ids import new_id


class OrganizationRow(SQLModel, table=True):
    """Not a `Row`: its id is the organisation's id."""

    __tablename__ = "organizations"

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=IdText)
    created_at: datetime = Field(sa_type=Timestamp)
    updated_at: datetime = Field(sa_type=Timestamp)
    version: int = 1
    name: str
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
