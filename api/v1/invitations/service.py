"""Rules of invitations: good once, for seven days, and as long as whoever invited may invite."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, text

from api.db.tx import TenantSession, transaction
from api.http.audit import Visitor, note
from api.http.auth import Doorman
from api.http.caller import Caller
from api.v1.invitations.model import InvitationRow
from api.v1.invitations.repo import Invitations
from api.v1.invitations.schemas import InvitationAccept, InvitationCreate, Status
from api.v1.members import service as members
from api.v1.members.model import email_key
from api.v1.members.repo import Members
from api.v1.members.schemas import MemberCreate
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import Conflict, NotFound

LIFETIME = timedelta(days=7)
Json = dict[str, Any]


def invite(
    invitations: Invitations, wish: InvitationCreate, who: Caller, door: Doorman, public_url: str
) -> Json:
    """A new invitation with its link; an earlier one of the same address ends."""
    members.may_touch(who, wish.role)
    members.refuse_known(invitations.session, wish.email)
    invitations.revoke_of(email_key(wish.email))
    token = f"inv_{secrets.token_urlsafe(32)}"
    row = invitations.add(
        InvitationRow(
            org_id=who.org_id,
            email=wish.email,
            email_key=email_key(wish.email),
            role=wish.role,
            hmac=door.pepper.mac(token),
            invited_by=who.id,
            expires_at=invitations.session.now() + LIFETIME,
        )
    )
    # Behind a # the token stays in the browser: no server's log has it.
    link = f"{public_url.rstrip('/')}/invitation#{token}"
    return {**shown(row, invitations.session), "token": token, "link": link}


def revoke(invitations: Invitations, id: str) -> Json:
    """It cannot be accepted any more. Twice is once; an accepted one is a conflict."""
    row = invitations.lock(id)
    if row.accepted_at is not None:
        message = "This invitation was accepted; remove the person instead (DELETE /v1/members/{id})."
        raise Conflict("invitation_accepted", message, id=id)
    if row.revoked_at is None:
        invitations.change(row, revoked_at=invitations.session.now())
    return shown(row, invitations.session)


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes in who accepts. It has no caller, so it finds the organisation by the token."""

    engine: Engine
    door: Doorman
    clock: Clock
    visitor: Visitor

    def accept(self, wish: InvitationAccept) -> str:
        """Makes the person a member; their address. NotFound, and Conflict if it can be accepted no more."""
        found = self._find(wish.token)
        with transaction(self.engine, found.org_id, clock=self.clock) as session:
            row = Invitations(session, found.org_id).lock(found.id)
            status = status_of(row, session)
            if status != "pending":
                raise Conflict(f"invitation_{status}", f"This invitation is {status}; ask for a new one.")
            person = MemberCreate.model_validate(
                {"email": row.email, "name": wish.name, "role": row.role, "password": wish.password}
            )
            inviter = Caller(found.org_id, "member", row.invited_by, frozenset({"*"}), role="owner")
            made = members.create(Members(session, found.org_id), person, inviter)
            Invitations(session, found.org_id).change(row, accepted_at=session.now())
            note(session, self.visitor, actor_kind="member", actor_id=made.id, resource_id=row.id, status=200)
        return row.email

    def _find(self, token: str) -> Any:
        with self.engine.connect() as connection:
            found = connection.execute(_FIND, {"hmac": self.door.pepper.mac(token)}).one_or_none()
        if found is None:
            message = "This invitation is not known here; copy the whole link, or ask for a new one."
            raise NotFound("invitation_not_found", message)
        return found


def status_of(row: InvitationRow, session: TenantSession) -> Status:
    """What has become of it."""
    if row.accepted_at is not None:
        return "accepted"
    if row.revoked_at is not None:
        return "revoked"
    return "pending" if row.expires_at > session.now() else "expired"


def shown(row: InvitationRow, session: TenantSession) -> Json:
    """As `InvitationRead`, by the names of the columns."""
    return {**row.model_dump(exclude={"hmac"}), "status": status_of(row, session)}


_FIND = text("SELECT id, org_id FROM find_invitation(:hmac)")
