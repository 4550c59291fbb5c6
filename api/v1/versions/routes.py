"""Versions, drafts and traffic over HTTP. The same handlers serve Vapi's paths."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.pages import Page
from api.http.route import Resource
from api.v1.assistants.repo import Assistants
from api.v1.assistants.schemas.assistant import Assistant, UpdateAssistant
from api.v1.assistants.service import AssistantService
from api.v1.versions.schemas import (
    CreateTraffic,
    Draft,
    LatestQuery,
    PublishDraft,
    TrafficAllocation,
    TrafficQuery,
    UpdateVersion,
    Version,
)
from api.v1.versions.service import VersionService
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized

Reader = Annotated[Caller, Depends(needs("assistants:read"))]
Writer = Annotated[Caller, Depends(needs("assistants:write"))]


async def _service(db: Db, request: Request) -> VersionService:
    settings = request.app.state.wiring.settings
    assistants = Assistants(db, db.org_id)
    rules = AssistantService(assistants, settings.secret_bytes, settings.allowed_targets)
    return VersionService(assistants, rules)


Service = Annotated[VersionService, Depends(_service)]
_READ = errors(BadRequest, Unauthorized, Forbidden, NotFound)
_WRITE = _READ | errors(Conflict)


def list_versions(id: str, page: Page, who: Reader, db: Db, versions: Service) -> Response:
    """An assistant's versions, newest first, without their configurations."""
    return json_answer(versions.list(id, page.window()))


def get_version(id: str, version: str, who: Reader, db: Db, versions: Service) -> Response:
    """One version with its configuration."""
    return json_answer(versions.get(id, version))


def update_version(
    id: str, version: str, body: UpdateVersion, who: Writer, db: Db, versions: Service
) -> Response:
    """Name and describe a version."""
    return json_answer(versions.rename(id, version, body))


def delete_version(id: str, version: str, who: Writer, db: Db, versions: Service) -> Response:
    """Delete an older version that takes no calls; answers what it was."""
    return json_answer(versions.forget(id, version))


def restore(id: str, version: str, who: Writer, db: Db, versions: Service) -> Response:
    """Publish an older version as the next one; answers the assistant."""
    return json_answer(versions.restore(id, version), 201)


def create_draft(id: str, body: UpdateAssistant, who: Writer, db: Db, versions: Service) -> Response:
    """Begin a draft: the assistant as it is, with the named fields replaced. No call uses it."""
    return json_answer(versions.draft(id, body), 201)


def list_drafts(id: str, page: Page, who: Reader, db: Db, versions: Service) -> Response:
    """An assistant's drafts, newest first."""
    return json_answer(versions.drafts(id, page.window()))


def list_all_drafts(page: Page, who: Reader, db: Db, versions: Service) -> Response:
    """All drafts of the organisation, newest first."""
    return json_answer(versions.drafts(None, page.window()))


def get_draft(id: str, draft_id: str, who: Reader, db: Db, versions: Service) -> Response:
    """One draft."""
    return json_answer(versions.get_draft(id, draft_id))


def update_draft(
    id: str, draft_id: str, body: UpdateAssistant, who: Writer, db: Db, versions: Service
) -> Response:
    """Replace the fields that are named, each as a whole; null removes one."""
    return json_answer(versions.edit_draft(id, draft_id, body))


def delete_draft(id: str, draft_id: str, who: Writer, db: Db, versions: Service) -> Response:
    """Drop a draft; answers what it was."""
    return json_answer(versions.drop_draft(id, draft_id))


def publish(id: str, draft_id: str, body: PublishDraft, who: Writer, db: Db, versions: Service) -> Response:
    """Make a draft the assistant's next version; answers the assistant."""
    return json_answer(versions.publish(id, draft_id, body), 201)


def split(body: CreateTraffic, who: Writer, db: Db, versions: Service) -> Response:
    """Split an assistant's calls between its versions, from now on. A caller's number keeps its version."""
    return json_answer(versions.split(body), 201)


def list_splits(query: Annotated[TrafficQuery, Query()], who: Reader, db: Db, versions: Service) -> Response:
    """How calls were split, newest decision first."""
    return json_answer(versions.decisions(query.assistant_id, query.window()))


def latest_split(query: Annotated[LatestQuery, Query()], who: Reader, db: Db, versions: Service) -> Response:
    """The decision in force for an assistant."""
    return json_answer(versions.in_force(query.assistant_id))


def get_split(id: str, who: Reader, db: Db, versions: Service) -> Response:
    """One decision."""
    return json_answer(versions.decision(id))


def resource(prefix: str, drafts: str = "drafts") -> Resource:
    """The routes under an assistants' prefix; `drafts` is what Vapi calls `draft`."""
    router = Resource(prefix, tag="Assistant versions")
    one, draft = "/{id}/versions/{version}", f"/{{id}}/{drafts}/{{draft_id}}"
    router.get("/{id}/versions", response_model=list[Version], responses=_READ)(list_versions)
    router.get(one, response_model=Version, responses=_READ)(get_version)
    router.patch(one, response_model=Version, responses=_READ)(update_version)
    router.delete(one, response_model=Version, responses=_WRITE)(delete_version)
    router.post("/{id}/restore/{version}", status_code=201, response_model=Assistant, responses=_READ)(
        restore
    )
    router.post(f"/{{id}}/{drafts}", status_code=201, response_model=Draft, responses=_READ)(create_draft)
    router.get(f"/{{id}}/{drafts}", response_model=list[Draft], responses=_READ)(list_drafts)
    router.get(draft, response_model=Draft, responses=_READ)(get_draft)
    router.patch(draft, response_model=Draft, responses=_READ)(update_draft)
    router.delete(draft, response_model=Draft, responses=_READ)(delete_draft)
    router.post(f"{draft}/publish", status_code=201, response_model=Assistant, responses=_WRITE)(publish)
    return router


def all_drafts(path: str) -> Resource:
    """To be included before the assistants themselves: the path looks like one of theirs."""
    router = Resource(path, tag="Assistant versions")
    router.get("", response_model=list[Draft], responses=_READ)(list_all_drafts)
    return router


def traffic_resource(prefix: str) -> Resource:
    """How calls are split."""
    router = Resource(prefix, tag="Assistant versions")
    router.post("", status_code=201, response_model=TrafficAllocation, responses=_READ)(split)
    router.get("", response_model=list[TrafficAllocation], responses=_READ)(list_splits)
    router.get("/latest", response_model=TrafficAllocation, responses=_READ)(latest_split)
    router.get("/{id}", response_model=TrafficAllocation, responses=_READ)(get_split)
    return router


router = resource("/v1/assistants")
drafts = all_drafts("/v1/assistants/drafts")
traffic = traffic_resource("/v1/traffic-allocations")
