"""People, their logins, and the refresh tokens of a login."""

from datetime import datetime

from sqlmodel import Field

from api.db.table import IdText, Row, Timestamp


def email_key(email: str) -> str:
    """What two addresses have in common that are the same but for their case."""
    return email.lower()


class MemberRow(Row, table=True):
    """One person in one organisation. `email_key` is unique over the whole installation.

    It is a column and no index over lower(email), because row-level security would keep such an index unused.
    """

    __tablename__ = "members"

    email: str
    email_key: str
    name: str
    role: str
    password_hash: str
    failed_attempts: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=Timestamp)
    last_login_at: datetime | None = Field(default=None, sa_type=Timestamp)


class LoginFailureRow(Row, table=True):
    """Wrong passwords of one person from one address since their last login."""

    __tablename__ = "login_failures"

    member_id: str = Field(sa_type=IdText)
    address: str
    attempts: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=Timestamp)


class LoginRow(Row, table=True):
    """One device's login: what an access token names and a logout ends."""

    __tablename__ = "logins"

    member_id: str = Field(sa_type=IdText)
    revoked_at: datetime | None = Field(default=None, sa_type=Timestamp)


class RefreshTokenRow(Row, table=True):
    """Good once. Used a second time it has been stolen, and the login ends."""

    __tablename__ = "refresh_tokens"

    login_id: str = Field(sa_type=IdText)
    hmac: bytes
    expires_at: datetime = Field(sa_type=Timestamp)
    used_at: datetime | None = Field(default=None, sa_type=Timestamp)
