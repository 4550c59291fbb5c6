"""What every tenant table has in common."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Text
from sqlmodel import Field, SQLModel

from voice_engine.kernel.ids import new_id

IdText = Text(collation="C")
Timestamp = DateTime(timezone=True)


def _unset() -> datetime:
    """Never stored: `db.tx` stamps rows as they are written. A factory: pydantic copies defaults deeply."""
    return _NEVER


_NEVER = datetime.min.replace(tzinfo=UTC)


class Row(SQLModel):
    """The mixin: `class AssistantRow(Row, table=True)`. Times and version are set by `db.tx`.

    `created_at` and `updated_at` have millisecond precision, as JSON has, so that a listing filtered by a
    time that was read from JSON neither repeats nor skips a row.
    """

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=IdText)
    org_id: str = Field(sa_type=IdText)
    created_at: datetime = Field(default_factory=_unset, sa_type=Timestamp)
    updated_at: datetime = Field(default_factory=_unset, sa_type=Timestamp)
    version: int = 1
