"""People of one organisation, and their logins."""

from sqlalchemy import ColumnElement, update
from sqlmodel import col

from api.db.repo import Repo
from api.v1.members.model import LoginRow, MemberRow, RefreshTokenRow


class Members(Repo[MemberRow]):
    row = MemberRow
    noun = "member"

    def owners(self) -> int:
        """How many owners there are; their rows are locked, so that two cannot leave at once."""
        return len(self.session.exec(self.select().where(MemberRow.role == "owner").with_for_update()).all())


class Logins(Repo[LoginRow]):
    row = LoginRow
    noun = "login"

    def end(self, login_id: str) -> None:
        """Log one device out."""
        self._end(col(LoginRow.id) == login_id)

    def end_all(self, member_id: str) -> None:
        """Log a person out everywhere."""
        self._end(col(LoginRow.member_id) == member_id)

    def _end(self, which: ColumnElement[bool]) -> None:
        now = self.session.now()
        mine = col(LoginRow.org_id) == self.org_id
        open_ = col(LoginRow.revoked_at).is_(None)
        self.session.connection().execute(update(LoginRow).where(mine, which, open_).values(revoked_at=now))


class RefreshTokens(Repo[RefreshTokenRow]):
    row = RefreshTokenRow
    noun = "refresh token"

    def take(self, hmac: bytes) -> RefreshTokenRow | None:
        """The token with this HMAC, locked."""
        statement = self.select().where(RefreshTokenRow.hmac == hmac).with_for_update()
        return self.session.exec(statement).first()
