"""`/v1/api-keys`."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends

from api.http.caller import Caller
from api.http.deps import Db, Door, needs
from api.http.errors import errors
from api.http.pages import Page
from api.http.route import Resource
from api.v1.api_keys import service
from api.v1.api_keys.model import ApiKeyRow
from api.v1.api_keys.repo import ApiKeys
from api.v1.api_keys.schemas import ApiKeyCreate, ApiKeyCreated, ApiKeyRead, ApiKeyRotate, ApiKeyUpdate
from voice_engine.kernel.errors import Conflict, NotFound

router = Resource("/v1/api-keys", tag="API keys")
Reader = Annotated[Caller, Depends(needs("api_keys:read"))]
Writer = Annotated[Caller, Depends(needs("api_keys:write"))]


@router.post("", response_model=ApiKeyCreated, status_code=201)
def create(body: ApiKeyCreate, db: Db, who: Writer, door: Door) -> ApiKeyCreated:
    """Make a key. Its `value` is shown in this answer only."""
    return service.create(ApiKeys(db, who.org_id), body, who, door)


@router.get("", response_model=list[ApiKeyRead])
def list_(page: Page, db: Db, who: Reader) -> Sequence[ApiKeyRow]:
    """Keys, newest first, revoked ones included."""
    return ApiKeys(db, who.org_id).shown(page.window())


@router.get("/{id}", response_model=ApiKeyRead, responses=errors(NotFound))
def get(id: str, db: Db, who: Reader) -> ApiKeyRow:
    """One key, without its value."""
    return ApiKeys(db, who.org_id).show(id)


@router.patch("/{id}", response_model=ApiKeyRead, responses=errors(NotFound))
def update(id: str, body: ApiKeyUpdate, db: Db, who: Writer, door: Door) -> ApiKeyRow:
    """Change name, scopes, expiry or restrictions."""
    return service.update(ApiKeys(db, who.org_id), id, body, who, door)


@router.post("/{id}/rotate", response_model=ApiKeyCreated, responses=errors(NotFound, Conflict))
def rotate(id: str, db: Db, who: Writer, door: Door, body: ApiKeyRotate | None = None) -> ApiKeyCreated:
    """Replace the value; the old one works until the overlap ends."""
    return service.rotate(ApiKeys(db, who.org_id), id, body or ApiKeyRotate(), who, door)


@router.delete("/{id}", response_model=ApiKeyRead, responses=errors(NotFound))
def revoke(id: str, db: Db, who: Writer, door: Door) -> ApiKeyRow:
    """Revoke the key at once and for good."""
    return service.revoke(ApiKeys(db, who.org_id), id, door)
