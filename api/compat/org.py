"""Vapi's `/org/{id}/…` about people, over our members and invitations. `editor` is our developer."""

from typing import Annotated, Any, Literal

from fastapi import Depends
from pydantic import Field
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, Door, MemberWho, Time, needs
from api.http.errors import errors
from api.http.jwt import Claims
from api.http.route import Resource
from api.http.schema import Body
from api.http.scopes import Role
from api.v1.invitations import service as invitations
from api.v1.invitations.repo import Invitations
from api.v1.invitations.routes import PublicUrl
from api.v1.invitations.schemas import InvitationCreate, InvitationRead
from api.v1.members import service as members
from api.v1.members.model import MemberRow
from api.v1.members.repo import Members
from api.v1.members.schemas import Email, MemberUpdate
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized

Json = dict[str, Any]
VapiRole = Literal["owner", "admin", "developer", "billing", "viewer", "editor"]
Reader = Annotated[Caller, Depends(needs("members:read"))]
Writer = Annotated[Caller, Depends(needs("members:write"))]
_ONE = errors(Unauthorized, Forbidden, NotFound)


class Invite(Body):
    """Vapi's InviteUserDTO."""

    emails: list[Email] = Field(min_length=1, max_length=100, description="whom to invite")
    role: VapiRole = Field(description="what they will be; editor is developer")
    redirect_to: str | None = Field(None, max_length=2000, description="accepted; the link leads to our page")


class ChangeRole(Body):
    """Vapi's UpdateUserRoleDTO."""

    user_id: str = Field(max_length=100, description="id of the person")
    role: VapiRole = Field(description="what they will be; editor is developer")


def users(id: str, who: Reader, db: Db) -> Response:
    """The people of the organisation, newest first."""
    _own(id, who)
    return json_answer([shown(row) for row in Members(db, who.org_id).list()])


def invite(id: str, body: Invite, who: Writer, db: Db, door: Door, public_url: PublicUrl) -> Response:
    """Invite people; the answer has the link for each. All or none."""
    _own(id, who)
    wishes = [InvitationCreate(email=email, role=_role(body.role)) for email in dict.fromkeys(body.emails)]
    repo = Invitations(db, who.org_id)
    made = [invitations.invite(repo, wish, who, door, public_url) for wish in wishes]
    return json_answer([_read(one) | {"token": one["token"], "link": one["link"]} for one in made], 201)


def pending(id: str, who: Reader, db: Db) -> Response:
    """Invitations that can still be accepted, newest first."""
    _own(id, who)
    rows = Invitations(db, who.org_id).pending()
    return json_answer([_read(invitations.shown(row, db)) for row in rows])


def uninvite(id: str, invitation_id: str, who: Writer, db: Db) -> Response:
    """Revoke an invitation."""
    _own(id, who)
    return json_answer(_read(invitations.revoke(Invitations(db, who.org_id), invitation_id)))


def change_role(id: str, body: ChangeRole, who: Writer, db: Db, door: Door) -> Response:
    """Give a person another role; their logins end."""
    _own(id, who)
    change = MemberUpdate(role=_role(body.role))
    return json_answer(shown(members.update(Members(db, who.org_id), body.user_id, change, who, door)))


def leave(id: str, who: MemberWho, db: Db, door: Door) -> Response:
    """Leave the organisation; its last owner cannot."""
    _own(id, who)
    return json_answer(shown(members.leave(Members(db, who.org_id), who, door)))


def remove(id: str, member_id: str, who: Writer, db: Db, door: Door) -> Response:
    """Remove a person and end their logins."""
    _own(id, who)
    return json_answer(shown(members.remove(Members(db, who.org_id), member_id, who, door)))


def token(id: str, who: MemberWho, door: Door, time: Time) -> Response:
    """A fresh access token of this login, for a dashboard."""
    _own(id, who)
    claims = Claims(who.org_id, who.id, who.login_id or "")
    return json_answer({"token": door.access_tokens.sign(claims, now=time.wall())})


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="Members")
    router.get("/{id}/user", responses=_ONE)(users)
    invites = _ONE | errors(BadRequest, Conflict)
    router.post("/{id}/invite", status_code=201, responses=invites)(invite)
    router.get("/{id}/invitations/pending", responses=_ONE)(pending)
    router.delete("/{id}/invitations/{invitation_id}", responses=_ONE | errors(Conflict))(uninvite)
    router.patch("/{id}/role", responses=_ONE | errors(BadRequest, Conflict))(change_role)
    router.get("/{id}/auth", responses=_ONE)(token)
    router.delete("/{id}/leave", responses=_ONE | errors(Conflict))(leave)
    router.delete("/{id}/member/{member_id}/leave", responses=_ONE | errors(Conflict))(remove)
    return router


def shown(row: MemberRow) -> Json:
    """Vapi's User."""
    return {
        "id": row.id,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        "email": row.email,
        "fullName": row.name,
        "role": row.role,
    }


def _read(found: Json) -> Json:
    return InvitationRead.model_validate(found).model_dump(mode="json", by_alias=True, exclude_none=True)


def _role(given: VapiRole) -> Role:
    return "developer" if given == "editor" else given


def _own(id: str, who: Caller) -> None:
    if id != who.org_id:
        raise NotFound("organization_not_found", f"There is no organisation with the id {id!r}.", id=id)
