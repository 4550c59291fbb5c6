"""Knowledge bases over HTTP, those of files and those that are servers of yours; at Vapi's paths too."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.pages import Page
from api.http.route import Resource
from api.v1.files.repo import Files
from api.v1.knowledge_bases.repo import CustomKnowledgeBases, KnowledgeBaseFiles, KnowledgeBases
from api.v1.knowledge_bases.schemas import (
    AttachedFile,
    AttachFile,
    CreateCustomKnowledgeBase,
    CreateKnowledgeBase,
    HostedKnowledgeBase,
    StoredCustomKnowledgeBase,
    UpdateCustomKnowledgeBase,
    UpdateKnowledgeBase,
)
from api.v1.knowledge_bases.service import CustomKnowledgeBaseService, KnowledgeBaseService
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized

Reader = Annotated[Caller, Depends(needs("knowledge_bases:read"))]
Writer = Annotated[Caller, Depends(needs("knowledge_bases:write"))]


async def _service(db: Db) -> KnowledgeBaseService:
    org_id = db.org_id
    return KnowledgeBaseService(KnowledgeBases(db, org_id), KnowledgeBaseFiles(db, org_id), Files(db, org_id))


async def _custom_service(db: Db, request: Request) -> CustomKnowledgeBaseService:
    settings = request.app.state.wiring.settings
    repo = CustomKnowledgeBases(db, db.org_id)
    return CustomKnowledgeBaseService(repo, settings.secret_bytes, settings.allowed_targets)


Service = Annotated[KnowledgeBaseService, Depends(_service)]
CustomService = Annotated[CustomKnowledgeBaseService, Depends(_custom_service)]


def create(body: CreateKnowledgeBase, who: Writer, db: Db, bases: Service) -> Response:
    """Create a knowledge base. Calls do not search its files yet; a custom knowledge base can be asked."""
    return json_answer(bases.create(body), 201)


def list_bases(page: Page, who: Reader, db: Db, bases: Service) -> Response:
    """Knowledge bases with their files, newest first."""
    return json_answer(bases.list(page.window()))


def get(id: str, who: Reader, db: Db, bases: Service) -> Response:
    """One knowledge base with its files."""
    return json_answer(bases.get(id))


def update(id: str, body: UpdateKnowledgeBase, who: Writer, db: Db, bases: Service) -> Response:
    """Rename or describe a knowledge base."""
    return json_answer(bases.update(id, body))


def delete(id: str, who: Writer, db: Db, bases: Service) -> Response:
    """Delete a knowledge base; answers what it was. Its files stay."""
    return json_answer(bases.delete(id))


def list_files(id: str, who: Reader, db: Db, bases: Service) -> Response:
    """The files of a knowledge base, newest first."""
    return json_answer(bases.files(id))


def attach(id: str, body: AttachFile, who: Writer, db: Db, bases: Service) -> Response:
    """Put an uploaded file into a knowledge base. It is ready once its text has been read."""
    return json_answer(bases.attach(id, body.file_id), 201)


def detach(id: str, file_id: str, who: Writer, db: Db, bases: Service) -> Response:
    """Take a file out of a knowledge base; answers what it was there. The file itself stays."""
    return json_answer(bases.detach(id, file_id))


def retry(id: str, file_id: str, who: Writer, db: Db, bases: Service) -> Response:
    """Read a file again that has failed."""
    return json_answer(bases.retry(id, file_id), 201)


def create_custom(body: CreateCustomKnowledgeBase, who: Writer, db: Db, bases: CustomService) -> Response:
    """Create a custom knowledge base: a server of yours that is asked by knowledge-base-request."""
    return json_answer(bases.create(body), 201)


def list_custom(page: Page, who: Reader, db: Db, bases: CustomService) -> Response:
    """Custom knowledge bases, newest first."""
    return json_answer(bases.list(page.window()))


def get_custom(id: str, who: Reader, db: Db, bases: CustomService) -> Response:
    """One custom knowledge base."""
    return json_answer(bases.get(id))


def update_custom(
    id: str, body: UpdateCustomKnowledgeBase, who: Writer, db: Db, bases: CustomService
) -> Response:
    """Replace the fields that are named, each as a whole."""
    return json_answer(bases.update(id, body))


def delete_custom(id: str, who: Writer, db: Db, bases: CustomService) -> Response:
    """Delete a custom knowledge base; answers what it was. 409 while an assistant or a squad names it."""
    return json_answer(bases.delete(id))


_WRONG = errors(BadRequest, Unauthorized, Forbidden)
_CREATED = _WRONG | errors(Conflict)
_ONE = errors(Unauthorized, Forbidden, NotFound)
_CHANGED = _ONE | errors(BadRequest, Conflict)


def resource(prefix: str, files: str = "file") -> Resource:
    """The routes of hosted knowledge bases; `files` is the segment of their files."""
    router = Resource(prefix, tag="Knowledge bases")
    inside = f"/{{id}}/{files}"
    router.post("", status_code=201, response_model=HostedKnowledgeBase, responses=_CREATED)(create)
    router.get("", response_model=list[HostedKnowledgeBase], responses=_WRONG)(list_bases)
    router.get("/{id}", response_model=HostedKnowledgeBase, responses=_ONE)(get)
    router.patch("/{id}", response_model=HostedKnowledgeBase, responses=_CHANGED)(update)
    router.delete("/{id}", response_model=HostedKnowledgeBase, responses=_ONE | errors(Conflict))(delete)
    router.get(inside, response_model=list[AttachedFile], responses=_ONE)(list_files)
    router.post(inside, status_code=201, response_model=AttachedFile, responses=_CHANGED)(attach)
    one = f"{inside}/{{file_id}}"
    router.delete(one, response_model=AttachedFile, responses=_ONE | errors(Conflict))(detach)
    router.post(
        f"{one}/retry", status_code=201, response_model=AttachedFile, responses=_ONE | errors(Conflict)
    )(retry)
    return router


def custom_resource(prefix: str) -> Resource:
    """The routes of custom knowledge bases."""
    router = Resource(prefix, tag="Knowledge bases")
    model = StoredCustomKnowledgeBase
    router.post("", status_code=201, response_model=model, responses=_CREATED)(create_custom)
    router.get("", response_model=list[StoredCustomKnowledgeBase], responses=_WRONG)(list_custom)
    router.get("/{id}", response_model=model, responses=_ONE)(get_custom)
    router.patch("/{id}", response_model=model, responses=_CHANGED)(update_custom)
    router.delete("/{id}", response_model=model, responses=_ONE | errors(Conflict))(delete_custom)
    return router


router = resource("/v1/knowledge-bases", "files")
custom_router = custom_resource("/v1/custom-knowledge-bases")
