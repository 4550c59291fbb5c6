"""Assistants over HTTP. The same handlers serve /v1/assistants and Vapi's /assistant."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.pages import Page
from api.http.route import Resource
from api.v1.assistants.repo import Assistants
from api.v1.assistants.schemas.assistant import Assistant, CreateAssistant, UpdateAssistant
from api.v1.assistants.service import AssistantService
from voice_engine.kernel.errors import BadRequest, Forbidden, NotFound, Unauthorized

Reader = Annotated[Caller, Depends(needs("assistants:read"))]
Writer = Annotated[Caller, Depends(needs("assistants:write"))]


async def _service(db: Db, request: Request) -> AssistantService:
    settings = request.app.state.wiring.settings
    return AssistantService(Assistants(db, db.org_id), settings.secret_bytes, settings.allowed_targets)


Service = Annotated[AssistantService, Depends(_service)]


def create(body: CreateAssistant, who: Writer, db: Db, assistants: Service) -> Response:
    """Create an assistant."""
    return json_answer(assistants.create(body), 201)


def list_assistants(page: Page, who: Reader, db: Db, assistants: Service) -> Response:
    """Assistants, newest first."""
    return json_answer(assistants.list(page.window()))


def get(id: str, who: Reader, db: Db, assistants: Service) -> Response:
    """One assistant."""
    return json_answer(assistants.get(id))


def update(id: str, body: UpdateAssistant, who: Writer, db: Db, assistants: Service) -> Response:
    """Replace the fields that are named, each as a whole; null removes one."""
    return json_answer(assistants.update(id, body))


def delete(id: str, who: Writer, db: Db, assistants: Service) -> Response:
    """Delete an assistant; answers what it was. Its calls stay."""
    return json_answer(assistants.delete(id))


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="Assistants")
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    one = errors(Unauthorized, Forbidden, NotFound)
    router.post("", status_code=201, response_model=Assistant, responses=wrong)(create)
    router.get("", response_model=list[Assistant], responses=wrong)(list_assistants)
    router.get("/{id}", response_model=Assistant, responses=one)(get)
    router.patch("/{id}", response_model=Assistant, responses=one | errors(BadRequest))(update)
    router.delete("/{id}", response_model=Assistant, responses=one)(delete)
    return router


router = resource("/v1/assistants")
