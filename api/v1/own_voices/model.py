"""The table `own_voices`."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import Row


class OwnVoiceRow(Row, table=True):
    """`voice_id` is the vendor's. A voice with `consent` was copied, one with `description` was designed.

    `credential_id` is that of the account the voice is in, None for the platform's. `status` is what the
    vendor said last.
    """

    __tablename__ = "own_voices"

    provider: str
    voice_id: str
    name: str
    model: str
    language: str = ""
    description: str = ""
    consent: dict[str, Any] | None = Field(None, sa_type=JSONB)
    status: str
    credential_id: str | None = None
