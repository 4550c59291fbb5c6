"""Squads over HTTP. The same handlers serve /v1/squads and Vapi's /squad."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.once import once
from api.http.route import Resource
from api.v1.assistants.repo import Assistants
from api.v1.squads.execute import Execution
from api.v1.squads.repo import Squads
from api.v1.squads.schemas import CreateSquad, Execute, Executed, Squad, SquadQuery, UpdateSquad
from api.v1.squads.service import SquadService
from api.v1.text.models import models_of
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized, Unavailable

Reader = Annotated[Caller, Depends(needs("squads:read"))]
Writer = Annotated[Caller, Depends(needs("squads:write"))]
Talker = Annotated[Caller, Depends(needs("chats:write"))]


async def _service(db: Db, request: Request) -> SquadService:
    settings = request.app.state.wiring.settings
    repos = Squads(db, db.org_id), Assistants(db, db.org_id)
    return SquadService(*repos, settings.secret_bytes, settings.allowed_targets)


Service = Annotated[SquadService, Depends(_service)]


def create(body: CreateSquad, who: Writer, db: Db, squads: Service) -> Response:
    """Create a squad."""
    return json_answer(squads.create(body), 201)


def list_squads(query: Annotated[SquadQuery, Query()], who: Reader, db: Db, squads: Service) -> Response:
    """Squads, newest first."""
    return json_answer(squads.list(query.window(), query.ids))


def get(id: str, who: Reader, db: Db, squads: Service) -> Response:
    """One squad."""
    return json_answer(squads.get(id))


def update(id: str, body: UpdateSquad, who: Writer, db: Db, squads: Service) -> Response:
    """Replace the fields that are named, each as a whole; null removes one."""
    return json_answer(squads.update(id, body))


def delete(id: str, who: Writer, db: Db, squads: Service) -> Response:
    """Delete a squad; answers what it was. Its calls stay, its conversations in text go."""
    return json_answer(squads.delete(id))


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="Squads")
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    one = errors(Unauthorized, Forbidden, NotFound)
    router.post("", status_code=201, response_model=Squad, responses=wrong)(create)
    router.get("", response_model=list[Squad], responses=wrong)(list_squads)
    router.get("/{id}", response_model=Squad, responses=one)(get)
    router.patch("/{id}", response_model=Squad, responses=one | errors(BadRequest))(update)
    router.delete("/{id}", response_model=Squad, responses=one)(delete)
    return router


async def execute(id: str, body: Execute, who: Talker, request: Request) -> Response:
    """Send a squad a message in text: it is routed, answered, and handed over if the model asks for it.

    The conversation goes on with the answer's `sessionId`; it is forgotten a day after its last message.
    """
    return await once(request, who, partial(_execute, id, body, who, request))


async def _execute(id: str, body: Execute, who: Caller, request: Request) -> Response:
    state = request.app.state
    wiring = state.wiring
    execution = Execution(wiring.engine, who.org_id, wiring.clock, models_of(state), state.workers.run)
    return json_answer(await execution.run(id, body))


router = resource("/v1/squads")
# A model is waited for in the event loop, not in one of the workers' threads.
talk = APIRouter(prefix="/v1/squads", tags=["Squads"])
_REFUSALS = errors(BadRequest, Unauthorized, Forbidden, NotFound, Conflict, Unavailable)
talk.post("/{id}/execute", response_model=Executed, responses=_REFUSALS)(execute)
