"""Older paths for logging in: `/api/v1/auth/…`, `/api/auth/…` and `/api/session/…` (ledger O-01, O-02).

They answer like /v1/auth. A session is a login: its id is the claim `sid` of the access token.
"""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.deps import Db, Door, MemberWho
from api.http.errors import errors
from api.http.route import Resource
from api.http.schema import Body
from api.v1.members import routes
from api.v1.members.passwords import LONGEST
from api.v1.members.repo import Logins
from api.v1.members.routes import Desk
from api.v1.members.schemas import Email, MemberRead, Tokens
from voice_engine.kernel.errors import NotFound, TooManyRequests, Unauthorized, Unavailable

sessions = Resource("/api/session", tag="Login")


class NamedLogin(Body):
    """The address under its older name."""

    username: Email = Field(description="the e-mail address")
    password: str = Field(max_length=LONGEST, description="the password")


def login(body: NamedLogin, desk: Desk, request: Request) -> Tokens:
    """E-mail address and password for an access token and a refresh token."""
    routes.limit_logins(request)
    return desk.login(body.username, body.password)


def auth(prefix: str) -> Resource:
    """The routes of logging in under a prefix."""
    router = Resource(prefix, tag="Login")
    refusals = errors(Unauthorized, TooManyRequests, Unavailable)
    router.post("/login", response_model=Tokens, responses=refusals)(login)
    router.post("/refresh", response_model=Tokens, responses=errors(Unauthorized))(routes.refresh)
    router.post("/logout", status_code=204)(routes.logout)
    router.get("/me", response_model=MemberRead, responses=errors(Unauthorized))(routes.me)
    return router


@sessions.get("/validate/{id}", responses=errors(Unauthorized, NotFound))
def validate(id: str, db: Db, who: MemberWho) -> Response:
    """Whether a login of one's own is still good."""
    row = Logins(db, who.org_id).get(id)
    _mine(row.member_id, who.id, id)
    return json_answer({"id": row.id, "valid": row.revoked_at is None})


@sessions.delete("/{id}", responses=errors(Unauthorized, NotFound))
def end(id: str, db: Db, who: MemberWho, door: Door) -> Response:
    """End a login of one's own."""
    logins = Logins(db, who.org_id)
    row = logins.get(id)
    _mine(row.member_id, who.id, id)
    logins.end(id)
    db.after_commit(door.forget)
    return json_answer({"id": id, "valid": False})


def _mine(owner: str, asking: str, id: str) -> None:
    if owner != asking:
        raise NotFound("login_not_found", f"There is no login with the id {id!r}.", id=id)
