"""Files over HTTP. The same handlers serve /v1/files and Vapi's /file."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.db.tx import TenantSession, transaction
from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.once import once
from api.http.route import Resource
from api.v1.calls.links import Links
from api.v1.credentials.deps import engine_settings
from api.v1.files.repo import Files
from api.v1.files.schemas import File, FileQuery, UpdateFile, form_body
from api.v1.files.service import FileService, Json
from api.v1.files.upload import upload
from voice_engine.blobs import LocalBlobs
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized

Reader = Annotated[Caller, Depends(needs("files:read"))]
Writer = Annotated[Caller, Depends(needs("files:write"))]


def service_in(session: TenantSession, request: Request) -> FileService:
    """The service for the organisation of a session."""
    settings = engine_settings(request)
    links = Links(settings.public_url, settings.secret_bytes)
    return FileService(Files(session, session.org_id), LocalBlobs(settings.blobs), links)


async def _service(db: Db, request: Request) -> FileService:
    return service_in(db, request)


Service = Annotated[FileService, Depends(_service)]


async def create(request: Request, who: Writer) -> Response:
    """Upload a file. Its text is read afterwards: status is processing until that is done or has failed.

    Text, Markdown, CSV, JSON, XML, HTML, PDF and Word (.docx) have text; other files are kept as they are.
    """
    state = request.app.state
    async with upload(request, state.wiring.settings.api_file_limit) as sent:
        mimetype, digest = await state.workers.run(sent.look)

        async def keep() -> Response:
            made = await state.workers.run(lambda: _kept(request, who, lambda s: s.keep(sent, mimetype)))
            return json_answer(made, 201)

        return await once(request, who, keep, digest)


def _kept(request: Request, who: Caller, work: Callable[[FileService], Json]) -> Json:
    wiring = request.app.state.wiring
    with transaction(wiring.engine, who.org_id, clock=wiring.clock) as session:
        session.info["send"] = wiring.send
        return work(service_in(session, request))


def list_files(query: Annotated[FileQuery, Query()], who: Reader, db: Db, files: Service) -> Response:
    """Files, newest first."""
    return json_answer(files.list(query.window(), query.purpose))


def get(id: str, who: Reader, db: Db, files: Service) -> Response:
    """One file, with fresh addresses to download it and its text."""
    return json_answer(files.get(id))


def update(id: str, body: UpdateFile, who: Writer, db: Db, files: Service) -> Response:
    """Rename a file, or replace its metadata."""
    return json_answer(files.update(id, body))


def delete(id: str, who: Writer, db: Db, files: Service) -> Response:
    """Delete a file; answers what it was. It leaves the knowledge bases it is in."""
    return json_answer(files.delete(id))


def resource(prefix: str) -> Resource:
    """The routes under a prefix, but for the upload."""
    router = Resource(prefix, tag="Files")
    one = errors(Unauthorized, Forbidden, NotFound)
    listing = errors(BadRequest, Unauthorized, Forbidden)
    changed = one | errors(BadRequest, Conflict)
    router.get("", response_model=list[File], responses=listing)(list_files)
    router.get("/{id}", response_model=File, responses=one)(get)
    router.patch("/{id}", response_model=File, responses=changed)(update)
    router.delete("/{id}", response_model=File, responses=one | errors(Conflict))(delete)
    return router


def uploads(path: str, **more: Any) -> APIRouter:
    """`POST {path}`: a form is read as it comes, in the event loop."""
    router = APIRouter(tags=["Files"])
    extra = {**form_body(), **more.pop("openapi_extra", {})}
    refused = errors(BadRequest, Unauthorized, Forbidden, Conflict)
    options: Json = {"status_code": 201, "response_model": File, "openapi_extra": extra, "responses": refused}
    router.post(path, **options, **more)(create)
    return router


router = resource("/v1/files")
upload_router = uploads("/v1/files")
