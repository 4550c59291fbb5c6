"""`/v1/invitations`: bringing people in without knowing their passwords."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import Field

from api.http.audit import Visitor
from api.http.caller import Caller
from api.http.deps import Db, Door, needs
from api.http.errors import errors
from api.http.pages import ListQuery
from api.http.ratelimit import limit
from api.http.route import Resource
from api.v1.invitations import service
from api.v1.invitations.repo import Invitations
from api.v1.invitations.schemas import (
    InvitationAccept,
    InvitationCreate,
    InvitationCreated,
    InvitationRead,
)
from api.v1.members.routes import Desk
from api.v1.members.schemas import Tokens
from voice_engine.kernel.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)

Json = dict[str, Any]
ATTEMPTS_A_MINUTE = 20  # from one address
router = Resource("/v1/invitations", tag="Members")
Reader = Annotated[Caller, Depends(needs("members:read"))]
Writer = Annotated[Caller, Depends(needs("members:write"))]
_ONE = errors(Unauthorized, Forbidden, NotFound)


class InvitationQuery(ListQuery):
    """Invitations of a time."""

    pending: bool = Field(False, description="only those that can still be accepted")


async def _public_url(request: Request) -> str:
    url: str = request.app.state.wiring.settings.public_url
    return url


async def _reception(request: Request) -> service.Reception:
    wiring = request.app.state.wiring
    return service.Reception(wiring.engine, wiring.doorman, wiring.clock, Visitor(request.scope))


PublicUrl = Annotated[str, Depends(_public_url)]
Reception = Annotated[service.Reception, Depends(_reception)]


@router.post(
    "/accept",
    response_model=Tokens,
    responses=errors(BadRequest, NotFound, Conflict, TooManyRequests, Unavailable),
)
def accept(body: InvitationAccept, reception: Reception, desk: Desk, request: Request) -> Tokens:
    """Choose name and password: you are a member and logged in. Needs no key but the invitation's token."""
    wiring, address = request.app.state.wiring, reception.visitor.address
    now = wiring.clock.wall()
    limit(wiring.redis, f"invitation:{address}", most=ATTEMPTS_A_MINUTE, seconds=60, now=now)
    return desk.login(reception.accept(body), body.password)


@router.post(
    "",
    status_code=201,
    response_model=InvitationCreated,
    responses=errors(BadRequest, Unauthorized, Forbidden, Conflict),
)
def invite(body: InvitationCreate, db: Db, who: Writer, door: Door, public_url: PublicUrl) -> Json:
    """Invite somebody; the answer has the link to send them. An earlier invitation of the address ends."""
    return service.invite(Invitations(db, who.org_id), body, who, door, public_url)


@router.get("", response_model=list[InvitationRead], responses=errors(BadRequest, Unauthorized, Forbidden))
def list_(query: Annotated[InvitationQuery, Query()], db: Db, who: Reader) -> list[Json]:
    """Invitations, newest first."""
    invitations = Invitations(db, who.org_id)
    rows = invitations.pending(query.window()) if query.pending else invitations.list(query.window())
    return [service.shown(row, db) for row in rows]


@router.get("/{id}", response_model=InvitationRead, responses=_ONE)
def get(id: str, db: Db, who: Reader) -> Json:
    """One invitation, without its link."""
    return service.shown(Invitations(db, who.org_id).get(id), db)


@router.delete("/{id}", response_model=InvitationRead, responses=_ONE | errors(Conflict))
def revoke(id: str, db: Db, who: Writer) -> Json:
    """Revoke it: the link stops working."""
    return service.revoke(Invitations(db, who.org_id), id)
