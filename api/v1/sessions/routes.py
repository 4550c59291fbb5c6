"""Sessions over HTTP. The same handlers serve /v1/sessions and Vapi's /session."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.pagination import Paged
from api.http.route import Resource
from api.v1.calls.parts import defaults
from api.v1.sessions.schemas import CreateSession, Session, SessionQuery, UpdateSession
from api.v1.sessions.service import SessionService
from api.v1.text.models import models_of
from api.v1.text.party import Parties
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized

Reader = Annotated[Caller, Depends(needs("sessions:read"))]
Writer = Annotated[Caller, Depends(needs("sessions:write"))]


async def _service(db: Db, request: Request) -> SessionService:
    settings = models_of(request.app.state).settings
    parties = Parties(db, settings.secret_bytes, tuple(settings.allowed_targets))
    return SessionService(db, parties, defaults(settings))


Service = Annotated[SessionService, Depends(_service)]


def create(body: CreateSession, who: Writer, db: Db, sessions: Service) -> Response:
    """Begin a conversation that goes on from chat to chat, and through calls."""
    return json_answer(sessions.create(body, who), 201)


def list_sessions(
    query: Annotated[SessionQuery, Query()], who: Reader, db: Db, sessions: Service
) -> Response:
    """Sessions, newest first, a page at a time."""
    return json_answer(sessions.list(query))


def get(id: str, who: Reader, db: Db, sessions: Service) -> Response:
    """One session with its messages."""
    return json_answer(sessions.get(id))


def update(id: str, body: UpdateSession, who: Writer, db: Db, sessions: Service) -> Response:
    """Replace the fields that are named; `messages` replaces all that was said."""
    return json_answer(sessions.update(id, body))


def delete(id: str, who: Writer, db: Db, sessions: Service) -> Response:
    """Delete a session with its messages and chats; answers what it was."""
    return json_answer(sessions.delete(id))


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="Sessions")
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    one = errors(Unauthorized, Forbidden, NotFound)
    router.post("", status_code=201, response_model=Session, responses=wrong | errors(NotFound))(create)
    router.get("", response_model=Paged[Session], responses=wrong)(list_sessions)
    router.get("/{id}", response_model=Session, responses=one)(get)
    router.patch("/{id}", response_model=Session, responses=one | errors(BadRequest, Conflict))(update)
    router.delete("/{id}", response_model=Session, responses=one)(delete)
    return router


router = resource("/v1/sessions")
