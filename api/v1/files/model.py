"""The table `files`."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import Row


class FileRow(Row, table=True):
    """`key` and `text_key` are places in the blobs; `labels` is what the API calls metadata.

    `failure` says why a file without text has none, in a sentence.
    """

    __tablename__ = "files"

    name: str
    original_name: str
    purpose: str | None = None
    mimetype: str
    bytes: int = Field(sa_type=BigInteger)
    key: str
    status: str = "processing"
    failure: str | None = None
    text_key: str | None = None
    text_bytes: int | None = Field(default=None, sa_type=BigInteger)
    labels: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
