"""The table `usage_records`: what one component of one session used, and what it cost."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import IdText, Row, Timestamp


class UsageRow(Row, table=True):
    """`cost_micros` are micros of `currency`; `lines` say how they came about (see rating.Rated).

    Unique by (session_id, usage_id). Outlives its call: it is what is billed.
    """

    __tablename__ = "usage_records"

    call_id: str = Field(sa_type=IdText)
    session_id: str = Field(sa_type=IdText)
    usage_id: str
    component: str
    provider: str
    model: str
    quantities: dict[str, float] = Field(sa_type=JSONB)
    estimated: bool = False
    used_at: datetime = Field(sa_type=Timestamp)
    cost_micros: int = Field(sa_type=BigInteger)
    currency: str
    lines: list[dict[str, Any]] = Field(sa_type=JSONB)
    unpriced: list[str] = Field(sa_type=JSONB)
