"""`/v1/auth`: logging in. `/v1/members`: the people of an organisation."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from api.http.audit import Visitor
from api.http.caller import Caller
from api.http.deps import Db, Door, MemberWho, needs
from api.http.errors import errors
from api.http.pages import Page
from api.http.ratelimit import limit
from api.http.route import Resource
from api.v1.members import service
from api.v1.members.login import LoginDesk
from api.v1.members.model import MemberRow
from api.v1.members.repo import Logins, Members
from api.v1.members.schemas import (
    LoginRequest,
    MemberCreate,
    MemberRead,
    MemberUpdate,
    RefreshRequest,
    Tokens,
)
from voice_engine.kernel.errors import Conflict, NotFound, TooManyRequests, Unauthorized

LOGINS_A_MINUTE = 100  # from one address; a person needs a few, a guesser thousands
auth = Resource("/v1/auth", tag="Login")
members = Resource("/v1/members", tag="Members")
Reader = Annotated[Caller, Depends(needs("members:read"))]
Writer = Annotated[Caller, Depends(needs("members:write"))]


async def _desk(request: Request) -> LoginDesk:
    wiring = request.app.state.wiring
    return LoginDesk(wiring.engine, wiring.doorman, wiring.clock, Visitor(request.scope))


def limit_logins(request: Request) -> None:
    wiring = request.app.state.wiring
    address = request.client.host if request.client else "unknown"
    limit(wiring.redis, f"login:{address}", most=LOGINS_A_MINUTE, seconds=60, now=wiring.clock.wall())


Desk = Annotated[LoginDesk, Depends(_desk)]


@auth.post("/login", response_model=Tokens, responses=errors(Unauthorized, TooManyRequests))
def login(body: LoginRequest, desk: Desk, request: Request) -> Tokens:
    """E-mail address and password for an access token (1 h) and a refresh token (7 days)."""
    limit_logins(request)
    return desk.login(body.email, body.password)


@auth.post("/refresh", response_model=Tokens, responses=errors(Unauthorized))
def refresh(body: RefreshRequest, desk: Desk) -> Tokens:
    """A refresh token for a new pair. It works once; using it again ends the login."""
    return desk.refresh(body.refresh_token)


@auth.post("/logout", status_code=204)
def logout(db: Db, who: MemberWho, door: Door) -> Response:
    """End this login: its access token and its refresh token stop working."""
    Logins(db, who.org_id).end(who.login_id or "")
    db.after_commit(door.forget)
    return Response(status_code=204)


@auth.get("/me", response_model=MemberRead, responses=errors(Unauthorized))
def me(db: Db, who: MemberWho) -> MemberRow:
    """The person the access token belongs to."""
    return Members(db, who.org_id).get(who.id)


@members.post("", response_model=MemberRead, status_code=201, responses=errors(Conflict))
def create(body: MemberCreate, db: Db, who: Writer) -> MemberRow:
    """Add a person to the organisation."""
    return service.create(Members(db, who.org_id), body, who)


@members.get("", response_model=list[MemberRead])
def list_(page: Page, db: Db, who: Reader) -> Sequence[MemberRow]:
    """The people of the organisation, newest first."""
    return Members(db, who.org_id).list(page.window())


@members.delete("/me", response_model=MemberRead, responses=errors(Unauthorized, Conflict))
def leave(db: Db, who: MemberWho, door: Door) -> MemberRow:
    """Leave the organisation oneself. Its last owner cannot."""
    return service.leave(Members(db, who.org_id), who, door)


@members.get("/{id}", response_model=MemberRead, responses=errors(NotFound))
def get(id: str, db: Db, who: Reader) -> MemberRow:
    """One person."""
    return Members(db, who.org_id).get(id)


@members.patch("/{id}", response_model=MemberRead, responses=errors(NotFound, Conflict))
def update(id: str, body: MemberUpdate, db: Db, who: Writer, door: Door) -> MemberRow:
    """Change name, role or password. A new role or password ends the person's logins."""
    return service.update(Members(db, who.org_id), id, body, who, door)


@members.delete("/{id}", response_model=MemberRead, responses=errors(NotFound, Conflict))
def remove(id: str, db: Db, who: Writer, door: Door) -> MemberRow:
    """Remove a person and end their logins."""
    return service.remove(Members(db, who.org_id), id, who, door)
