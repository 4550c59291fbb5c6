"""Logging in and staying logged in.

These functions commit on their own: a refused login must be counted, and a stolen refresh token must end the
login, although the answer is an error.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from api.db.tx import TenantSession, transaction
from api.http.audit import Visitor, note
from api.http.auth import Doorman
from api.http.jwt import LIFETIME, Claims
from api.http.secrets import new_refresh_token
from api.v1.members import passwords
from api.v1.members.model import LoginFailureRow, LoginRow, MemberRow, RefreshTokenRow, email_key
from api.v1.members.repo import LoginFailures, Logins, Members, RefreshTokens
from api.v1.members.schemas import Tokens
from voice_engine.kernel import log
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import TooManyRequests, Unauthorized, YingdaError

_log = log.get("login")
ATTEMPTS = 5  # from one address; so nobody locks out somebody who is elsewhere
ATTEMPTS_FROM_ALL = 20
LOCKED_FOR = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=7)
_REFRESH_LENGTH = 3 + 32 + 43


class LoginDesk:
    """Issues tokens."""

    def __init__(self, engine: Engine, doorman: Doorman, clock: Clock, visitor: Visitor) -> None:
        self._engine, self._doorman, self._clock = engine, doorman, clock
        self._visitor = visitor

    def login(self, email: str, password: str) -> Tokens:
        """Tokens for a new login; raises Unauthorized or, after five failures, TooManyRequests."""
        found = self._find(email)
        if found is None:
            passwords.verify(password, None)
            _log.warning("login_refused", address=self._visitor.address, pii={"email": email})
            raise _wrong()
        member_id, org_id = found
        with transaction(self._engine, org_id, clock=self._clock) as session:
            member = Members(session, org_id).lock(member_id)
            outcome = self._attempt(session, member, password)
            self._note(session, member.id, outcome)
        if isinstance(outcome, YingdaError):
            raise outcome
        return outcome

    def refresh(self, token: str) -> Tokens:
        """The next pair; raises Unauthorized. A token used before ends its login."""
        org_id = _org_of(token)
        with transaction(self._engine, org_id, clock=self._clock) as session:
            outcome = self._exchange(session, token)
        if isinstance(outcome, YingdaError):
            self._doorman.forget()
            raise outcome
        return outcome

    def _note(self, session: TenantSession, member_id: str, outcome: Tokens | YingdaError) -> None:
        found: dict[str, Any] = {"actor_kind": "member", "status": 200}
        if isinstance(outcome, YingdaError):
            found = {"actor_kind": "visitor", "status": outcome.status, "code": outcome.code}
        note(session, self._visitor, actor_id=member_id, **found)

    def _find(self, email: str) -> tuple[str, str] | None:
        with self._engine.connect() as connection:
            row = connection.execute(_FIND, {"email": email_key(email)}).one_or_none()
        return (row.id, row.org_id) if row else None

    def _attempt(self, session: TenantSession, member: MemberRow, password: str) -> Tokens | YingdaError:
        now, failures = session.now(), LoginFailures(session, member.org_id)
        here = failures.at(member.id, self._visitor.address or "")
        for locked in (member, here):
            if locked is not None and locked.locked_until is not None and locked.locked_until > now:
                return _locked(locked.locked_until - now)
        right, better = passwords.verify(password, member.password_hash)
        if not right:
            return self._failed(failures, member, here)
        if here is not None or member.failed_attempts:
            failures.forgive(member.id)
        member.failed_attempts, member.locked_until, member.last_login_at = 0, None, now
        member.password_hash = better or member.password_hash
        login = Logins(session, member.org_id).add(LoginRow(org_id=member.org_id, member_id=member.id))
        return self._tokens(session, member.id, login.id)

    def _failed(
        self, failures: LoginFailures, member: MemberRow, here: LoginFailureRow | None
    ) -> YingdaError:
        """Count it for the address and for the account, and lock what has had enough."""
        if here is None:
            address = self._visitor.address or ""
            row = LoginFailureRow(org_id=member.org_id, member_id=member.id, address=address)
            here = failures.add(row)
        until = failures.session.now() + LOCKED_FOR
        here.attempts += 1
        member.failed_attempts += 1
        if member.failed_attempts >= ATTEMPTS_FROM_ALL:
            member.failed_attempts, member.locked_until = 0, until
        if here.attempts >= ATTEMPTS:
            here.attempts, here.locked_until = 0, until
        return _locked(LOCKED_FOR) if until in (here.locked_until, member.locked_until) else _wrong()

    def _exchange(self, session: TenantSession, token: str) -> Tokens | YingdaError:
        now, org_id = session.now(), session.org_id
        held = RefreshTokens(session, org_id).take(self._doorman.pepper.mac(token))
        if held is None:
            return _unknown()
        login = Logins(session, org_id).lock(held.login_id)
        if held.used_at is not None:
            Logins(session, org_id).end(login.id)
            stolen = {"actor_kind": "visitor", "status": 401, "code": "refresh_token_reused"}
            note(session, self._visitor, actor_id=login.member_id, **stolen)
            message = (
                "This refresh token was used before, so it may be stolen; the login was ended. Log in again."
            )
            return Unauthorized("refresh_token_reused", message)
        if login.revoked_at is not None:
            return Unauthorized("login_ended", "You have been logged out; log in again.")
        if held.expires_at <= now:
            return Unauthorized("refresh_token_expired", "This refresh token has expired; log in again.")
        held.used_at = now
        return self._tokens(session, login.member_id, login.id)

    def _tokens(self, session: TenantSession, member_id: str, login_id: str) -> Tokens:
        org_id, now = session.org_id, session.now()
        refresh = new_refresh_token(org_id)
        row = RefreshTokenRow(
            org_id=org_id,
            login_id=login_id,
            hmac=self._doorman.pepper.mac(refresh),
            expires_at=now + REFRESH_LIFETIME,
        )
        RefreshTokens(session, org_id).add(row)
        access = self._doorman.access_tokens.sign(Claims(org_id, member_id, login_id), now=now)
        seconds = round(LIFETIME.total_seconds())
        return Tokens(access_token=access, refresh_token=refresh, expires_in=seconds)


def _wrong() -> Unauthorized:
    return Unauthorized("credentials_wrong", "The e-mail address or the password is wrong.")


def _locked(remaining: timedelta) -> TooManyRequests:
    seconds = remaining.total_seconds()
    minutes = max(1, round(seconds / 60))
    message = f"Too many wrong passwords; this account is locked. Try again in {minutes} minutes."
    return TooManyRequests("account_locked", message, retry_after=seconds)


def _unknown() -> Unauthorized:
    return Unauthorized("refresh_token_unknown", "This refresh token is not known; log in again.")


def _org_of(token: str) -> str:
    if not token.startswith("rt_") or len(token) != _REFRESH_LENGTH:
        raise _unknown()
    try:
        return str(UUID(token[3:35]))
    except ValueError:
        raise _unknown() from None


_FIND = text("SELECT id, org_id FROM find_member_by_email(:email)")
