"""Organisations over HTTP. The same handlers serve /v1/organizations and Vapi's /org."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, Door, needs
from api.http.errors import errors
from api.http.route import Resource
from api.v1.organizations.repo import Organizations
from api.v1.organizations.schemas import Organization, OrganizationUpdate, SigningSecret
from api.v1.organizations.service import OrganizationService
from voice_engine.kernel.errors import BadRequest, Forbidden, NotFound, Unauthorized

Reader = Annotated[Caller, Depends(needs("organization:read"))]
Writer = Annotated[Caller, Depends(needs("organization:write"))]
Keymaker = Annotated[Caller, Depends(needs("api_keys:write"))]


async def _service(db: Db, request: Request) -> OrganizationService:
    settings = request.app.state.wiring.settings
    return OrganizationService(Organizations(db, db.org_id), settings.secret_bytes, settings.allowed_targets)


Service = Annotated[OrganizationService, Depends(_service)]


def list_organizations(who: Reader, db: Db, organizations: Service) -> Response:
    """The caller's organisation, alone: a key or a person belongs to one."""
    return json_answer(organizations.list())


def get(id: str, who: Reader, db: Db, organizations: Service) -> Response:
    """The caller's organisation, by its id or as `current`."""
    return json_answer(organizations.get(id))


def update(id: str, body: OrganizationUpdate, who: Writer, db: Db, organizations: Service) -> Response:
    """Replace the fields that are named, each as a whole; null returns one to its default."""
    return json_answer(organizations.update(id, body))


def sign(id: str, who: Keymaker, db: Db, organizations: Service, door: Door) -> Response:
    """A new secret to sign JWT keys with, shown in this answer only. The one before works for a day."""
    made = organizations.new_signing_secret(id, who)
    db.after_commit(door.forget)
    return json_answer(made, 201)


def unsign(id: str, who: Keymaker, db: Db, organizations: Service, door: Door) -> Response:
    """End all JWT keys of the organisation at once."""
    db.after_commit(door.forget)
    return json_answer(organizations.drop_signing_secret(id))


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="Organizations")
    one = errors(Unauthorized, Forbidden, NotFound)
    router.get("", response_model=list[Organization], responses=errors(Unauthorized, Forbidden))(
        list_organizations
    )
    router.get("/{id}", response_model=Organization, responses=one)(get)
    router.patch("/{id}", response_model=Organization, responses=one | errors(BadRequest))(update)
    router.post("/{id}/signing-secret", status_code=201, response_model=SigningSecret, responses=one)(sign)
    router.delete("/{id}/signing-secret", response_model=Organization, responses=one)(unsign)
    return router


router = resource("/v1/organizations")
