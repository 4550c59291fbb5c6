"""The row of one write, or of one refusal. Nobody may change or delete it: the role has no such grant."""

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from api.db.table import IdText, Row


class AuditRow(Row, table=True):
    """Written by `http.audit`."""

    __tablename__ = "audit_logs"

    actor_kind: str
    actor_id: str = Field(sa_type=IdText)
    role: str | None = None
    address: str | None = None
    method: str
    route: str
    resource_id: str | None = None
    status: int
    code: str | None = None
    request_id: str
    fields: list[str] = Field(sa_type=ARRAY(Text))
