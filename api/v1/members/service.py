"""Rules of an organisation's people: there is always an owner, and only owners touch owners."""

from typing import Any, cast

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from api.db.repo import Window
from api.db.tx import TenantSession
from api.http.auth import Doorman
from api.http.caller import Caller
from api.http.scopes import ROLES, Role, covers
from api.v1.invitations.repo import Invitations
from api.v1.members import passwords
from api.v1.members.model import MemberRow, email_key
from api.v1.members.repo import Logins, Members
from api.v1.members.schemas import MemberCreate, MemberUpdate
from voice_engine.kernel.errors import Conflict, Forbidden


def create(members: Members, wish: MemberCreate, who: Caller) -> MemberRow:
    """Add a person; Conflict if the address belongs to a member of any organisation."""
    may_touch(who, wish.role)
    row = MemberRow(
        org_id=who.org_id,
        email=wish.email,
        email_key=email_key(wish.email),
        name=wish.name,
        role=wish.role,
        password_hash=passwords.hash_of(wish.password),
    )
    try:
        return members.add(row)
    except IntegrityError:
        raise Conflict("email_taken", "This e-mail address already belongs to a member.") from None


def update(members: Members, id: str, change: MemberUpdate, who: Caller, doorman: Doorman) -> MemberRow:
    """Change name, role or password. A new role or password ends the person's logins."""
    row = members.lock(id)
    may_touch(who, row.role)
    values: dict[str, Any] = {}
    if change.role and change.role != row.role:
        may_touch(who, change.role)
        _keep_an_owner(members, row)
        values["role"] = change.role
        Invitations(members.session, who.org_id).revoke_by(id)
    if change.password:
        values["password_hash"] = passwords.hash_of(change.password)
        values |= {"failed_attempts": 0, "locked_until": None}
    if values:
        Logins(members.session, who.org_id).end_all(id)
        members.session.after_commit(doorman.forget)
    if change.name:
        values["name"] = change.name
    return members.change(row, **values)


def remove(members: Members, id: str, who: Caller, doorman: Doorman) -> MemberRow:
    """Remove a person and end their logins."""
    row = members.lock(id)
    may_touch(who, row.role)
    _keep_an_owner(members, row)
    return _gone(members, row, doorman)


def leave(members: Members, who: Caller, doorman: Doorman) -> MemberRow:
    """Whoever asks is no member any more; Conflict for the last owner."""
    row = members.lock(who.id)
    _keep_an_owner(members, row)
    return _gone(members, row, doorman)


def may_touch(who: Caller, role: str) -> None:
    """Forbidden to touch whoever may do more; an owner but for an owner: a key an admin could make."""
    if role == "owner" and who.role != "owner":
        message = "Only an owner who is logged in may add, change or remove an owner."
        raise Forbidden("owner_needed", message)
    for scope in sorted(ROLES[cast("Role", role)]):
        if not covers(who.scopes, scope):
            message = f"The role {role} has the scope {scope}, which you do not have yourself."
            raise Forbidden("scope_not_yours", message, scope=scope)


def refuse_known(session: TenantSession, email: str) -> None:
    """Conflict if the address belongs to a member of this organisation."""
    known = Members(session, session.org_id).list(
        Window(limit=1), col(MemberRow.email_key) == email_key(email)
    )
    if known:
        raise Conflict("email_taken", "This e-mail address already belongs to a member.")


def _gone(members: Members, row: MemberRow, doorman: Doorman) -> MemberRow:
    Invitations(members.session, members.org_id).revoke_by(row.id)
    members.session.after_commit(doorman.forget)
    return members.delete(row.id)


def _keep_an_owner(members: Members, row: MemberRow) -> None:
    if row.role == "owner" and members.owners() == 1:
        raise Conflict("last_owner", "This is the only owner; make somebody else owner first.", id=row.id)
