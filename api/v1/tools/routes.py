"""Tools over HTTP. The same handlers serve /v1/tools and Vapi's /tool."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.route import Resource
from api.v1.tools.repo import Tools
from api.v1.tools.schemas import CreateTool, StoredTool, ToolQuery, UpdateTool
from api.v1.tools.service import ToolService
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized

Reader = Annotated[Caller, Depends(needs("tools:read"))]
Writer = Annotated[Caller, Depends(needs("tools:write"))]


async def _service(db: Db, request: Request) -> ToolService:
    settings = request.app.state.wiring.settings
    return ToolService(Tools(db, db.org_id), settings.secret_bytes, settings.allowed_targets)


Service = Annotated[ToolService, Depends(_service)]


def create(body: CreateTool, who: Writer, db: Db, tools: Service) -> Response:
    """Create a tool. Assistants use it by its id in `model.toolIds`."""
    return json_answer(tools.create(body.root.given()), 201)


def list_tools(query: Annotated[ToolQuery, Query()], who: Reader, db: Db, tools: Service) -> Response:
    """Tools, newest first."""
    return json_answer(tools.list(query.window(), query.type))


def get(id: str, who: Reader, db: Db, tools: Service) -> Response:
    """One tool."""
    return json_answer(tools.get(id))


def update(id: str, body: UpdateTool, who: Writer, db: Db, tools: Service) -> Response:
    """Replace the fields that are named, each as a whole; null removes one. Calls that run keep the old."""
    return json_answer(tools.update(id, body.root))


def delete(id: str, who: Writer, db: Db, tools: Service) -> Response:
    """Delete a tool; answers what it was. 409 with `references` while an assistant or a squad names it."""
    return json_answer(tools.delete(id))


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="Tools")
    wrong = errors(BadRequest, Unauthorized, Forbidden, Conflict)
    one = errors(Unauthorized, Forbidden, NotFound)
    changed = one | errors(BadRequest, Conflict)
    router.post("", status_code=201, response_model=StoredTool, responses=wrong)(create)
    router.get("", response_model=list[StoredTool], responses=wrong)(list_tools)
    router.get("/{id}", response_model=StoredTool, responses=one)(get)
    router.patch("/{id}", response_model=StoredTool, responses=changed)(update)
    router.delete("/{id}", response_model=StoredTool, responses=one | errors(Conflict))(delete)
    return router


router = resource("/v1/tools")
