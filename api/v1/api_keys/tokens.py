"""Vapi's `/token` over our API keys: the same keys in Vapi's words.

`value` is in the answer to the creation and in no other: only an HMAC of it is kept. A deleted token is gone
from here; under /v1/api-keys its row is still to be seen, revoked.
"""

from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import Field
from sqlmodel import col
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, Door, needs
from api.http.errors import errors
from api.http.pages import ListQuery
from api.http.route import Resource
from api.http.schema import Answer, Body
from api.v1.api_keys import service
from api.v1.api_keys.model import ApiKeyRow
from api.v1.api_keys.repo import ApiKeys
from api.v1.api_keys.schemas import ApiKeyCreate, ApiKeyUpdate, KeyRestrictions
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized

Json = dict[str, Any]
Tag = Literal["private", "public"]
Name = Annotated[str, Field(min_length=1, max_length=40)]
Reader = Annotated[Caller, Depends(needs("api_keys:read"))]
Writer = Annotated[Caller, Depends(needs("api_keys:write"))]


class CreateToken(Body):
    """A new key. It holds what its maker holds; for less, use /v1/api-keys with scopes."""

    tag: Tag = Field("private", description="private: for servers; public: for pages and apps")
    name: Name = Field("API key", description="for people")
    restrictions: KeyRestrictions = Field(
        default_factory=KeyRestrictions, description="where and for what it may be used; default anywhere"
    )


class UpdateToken(Body):
    """What may change; what is left out stays."""

    tag: Tag | None = Field(None, description="cannot change; may be repeated")
    name: Name | None = Field(None, description="for people")
    restrictions: KeyRestrictions | None = Field(None, description="replaced as a whole")


class Token(Answer):
    """A key in Vapi's words."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    tag: Tag = Field(description="private or public")
    name: str = Field(description="for people")
    restrictions: KeyRestrictions = Field(description="where and for what it may be used")
    value: str | None = Field(None, description="the key itself; in the answer to its creation only")


def create(body: CreateToken, db: Db, who: Writer, door: Door) -> Response:
    """Make a key. Its `value` is shown in this answer only."""
    wish = ApiKeyCreate.model_validate(
        {"kind": body.tag, "name": body.name, "restrictions": body.restrictions.model_dump(by_alias=True)}
    )
    made = service.create(ApiKeys(db, who.org_id), wish, who, door)
    return json_answer({**shown(made), "value": made.value}, 201)


def list_tokens(query: Annotated[ListQuery, Query()], db: Db, who: Reader) -> Response:
    """Keys that work, newest first."""
    working = col(ApiKeyRow.revoked_at).is_(None)
    return json_answer([shown(row) for row in ApiKeys(db, who.org_id).list(query.window(), working)])


def get(id: str, db: Db, who: Reader) -> Response:
    """One key, without its value."""
    return json_answer(shown(_working(ApiKeys(db, who.org_id).show(id))))


def update(id: str, body: UpdateToken, db: Db, who: Writer, door: Door) -> Response:
    """Change name or restrictions."""
    keys = ApiKeys(db, who.org_id)
    row = _working(keys.lock(id))
    if body.tag not in (None, row.kind):
        raise BadRequest("tag_fixed", f"tag: this key is {row.kind} for good; create another one.")
    change = body.model_dump(by_alias=True, exclude_unset=True, exclude={"tag"})
    return json_answer(shown(service.update(keys, id, ApiKeyUpdate.model_validate(change), who, door)))


def delete(id: str, db: Db, who: Writer, door: Door) -> Response:
    """Revoke the key at once and for good; answers what it was."""
    keys = ApiKeys(db, who.org_id)
    _working(keys.lock(id))
    return json_answer(shown(service.revoke(keys, id, door)))


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="API keys")
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    one = errors(Unauthorized, Forbidden, NotFound)
    router.post("", status_code=201, response_model=Token, responses=wrong)(create)
    router.get("", response_model=list[Token], responses=wrong)(list_tokens)
    router.get("/{id}", response_model=Token, responses=one)(get)
    router.patch("/{id}", response_model=Token, responses=one | errors(BadRequest, Conflict))(update)
    router.delete("/{id}", response_model=Token, responses=one)(delete)
    return router


def shown(key: Any) -> Json:
    """A row, or what its creation gave, without the value."""
    restrictions = key.restrictions
    if isinstance(restrictions, KeyRestrictions):
        restrictions = restrictions.model_dump(by_alias=True)
    return {
        "id": key.id,
        "orgId": key.org_id,
        "createdAt": iso(key.created_at),
        "updatedAt": iso(key.updated_at),
        "tag": key.kind,
        "name": key.name,
        "restrictions": restrictions,
    }


def _working(row: ApiKeyRow) -> ApiKeyRow:
    if row.revoked_at is not None:
        message = f"There is no API key with the id {row.id!r} in this organisation."
        raise NotFound("api_key_not_found", message, id=row.id)
    return row
