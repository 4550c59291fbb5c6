"""The row of an invitation. Its token is nowhere, only an HMAC of it."""

from datetime import datetime

from sqlmodel import Field

from api.db.table import IdText, Row, Timestamp


class InvitationRow(Row, table=True):
    """Pending until it is accepted, revoked or out of date."""

    __tablename__ = "invitations"

    email: str
    email_key: str
    role: str
    hmac: bytes
    invited_by: str = Field(sa_type=IdText)
    expires_at: datetime = Field(sa_type=Timestamp)
    accepted_at: datetime | None = Field(default=None, sa_type=Timestamp)
    revoked_at: datetime | None = Field(default=None, sa_type=Timestamp)
