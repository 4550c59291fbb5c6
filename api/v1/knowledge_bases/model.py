"""The tables `knowledge_bases`, `knowledge_base_files` and `custom_knowledge_bases`."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import IdText, Row


class KnowledgeBaseRow(Row, table=True):
    """A collection of files."""

    __tablename__ = "knowledge_bases"

    name: str
    description: str | None = None


class KnowledgeBaseFileRow(Row, table=True):
    """A file in a collection, once. How its indexing stands is the file's own state."""

    __tablename__ = "knowledge_base_files"

    knowledge_base_id: str = Field(sa_type=IdText)
    file_id: str = Field(sa_type=IdText)


class CustomKnowledgeBaseRow(Row, table=True):
    """A server that is asked. `config` is the API's JSON, `sealed` its secrets by their place in it."""

    __tablename__ = "custom_knowledge_bases"

    name: str | None = None
    config: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    sealed: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
