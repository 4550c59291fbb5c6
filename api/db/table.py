"""What every tenant table has in common."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Text
from sqlmodel import Field, SQLModel

from voice_engine.kernel.ids import new_id

IdText = Text(collation="C")
Timestamp = DateTime(timezone=True)
_UNSET = datetime.min.replace(tzinfo=UTC)  # never stored: `db.tx` stamps rows as they are flushed


class Row(SQLModel):
    """The mixin: `class AssistantRow(Row, table=True)`. Times and version are set by `db.tx`.

    `created_at` and `updated_at` have millisecond precision, as JSON has, so that a listing filtered by a
    time that was read from JSON neither repeats nor skips a row.
    """

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=IdText)
    org_id: str = Field(sa_type=IdText)
    created_at: datetime = Field(default=_UNSET, sa_type=Timestamp)
    updated_at: datetime = Field(default=_UNSET, sa_type=Timestamp)
    version: int = 1
