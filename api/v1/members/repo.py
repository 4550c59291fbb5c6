"""People of one organisation, and their logins."""

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import col

from api.db.repo import Repo
from api.v1.members.model import LoginFailureRow, LoginRow, MemberRow, RefreshTokenRow


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


class LoginFailures(Repo[LoginFailureRow]):
    row = LoginFailureRow
    noun = "login failure"

    def at(self, member_id: str, address: str) -> LoginFailureRow | None:
        """What was wrong from there; whoever asks has locked the member's row."""
        place = self.select().where(
            LoginFailureRow.member_id == member_id, LoginFailureRow.address == address
        )
        return self.session.exec(place).first()

    def forgive(self, member_id: str) -> None:
        """Forget what was wrong, from everywhere."""
        mine = col(LoginFailureRow.org_id) == self.org_id
        theirs = col(LoginFailureRow.member_id) == member_id
        self.session.connection().execute(delete(LoginFailureRow).where(mine, theirs))


class RefreshTokens(Repo[RefreshTokenRow]):
    row = RefreshTokenRow
    noun = "refresh token"

    def take(self, hmac: bytes) -> RefreshTokenRow | None:
        """The token with this HMAC, locked."""
        statement = self.select().where(RefreshTokenRow.hmac == hmac).with_for_update()
        return self.session.exec(statement).first()
