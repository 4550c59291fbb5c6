"""The table `credentials`."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import Row


class CredentialRow(Row, table=True):
    """`fields` is what may be shown (appId, region, authenticationPlan …); `sealed` holds the rest, packed.

    `trial` is the result of the last test, as it was answered.
    """

    __tablename__ = "credentials"

    provider: str
    name: str | None = None
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    sealed: str
    trial: dict[str, Any] | None = Field(None, sa_type=JSONB)
