"""`/v1/webhook-deliveries` and `/v1/webhook-secret`."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Query, Request

from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.route import Resource
from api.v1.webhooks import service
from api.v1.webhooks.model import DeliveryRow
from api.v1.webhooks.repo import Deliveries
from api.v1.webhooks.schemas import (
    DeliveryQuery,
    DeliveryRead,
    DeliveryWithPayload,
    Replayed,
    ReplayMany,
    SecretRead,
)
from api.v1.webhooks.secrets import Secrets
from voice_engine.kernel.errors import BadRequest, Conflict, NotFound

router = Resource("/v1/webhook-deliveries", tag="Webhooks")
secret_router = Resource("/v1/webhook-secret", tag="Webhooks")
Reader = Annotated[Caller, Depends(needs("webhooks:read"))]
Writer = Annotated[Caller, Depends(needs("webhooks:write"))]


async def _installation_secret(request: Request) -> bytes:
    secret: bytes = request.app.state.wiring.settings.secret_bytes
    return secret


Installation = Annotated[bytes, Depends(_installation_secret)]


@router.get("", response_model=list[DeliveryRead], responses=errors(BadRequest))
def list_(query: Annotated[DeliveryQuery, Query()], db: Db, who: Reader) -> Sequence[DeliveryRow]:
    """Messages to your servers, newest first."""
    return Deliveries(db, who.org_id).matching(query.window(), query.filters())


@router.get("/{id}", response_model=DeliveryWithPayload, responses=errors(NotFound))
def get(id: str, db: Db, who: Reader) -> DeliveryRow:
    """One message with its payload and attempts."""
    return Deliveries(db, who.org_id).get(id)


@router.post("/replay", response_model=Replayed, responses=errors(BadRequest))
def replay_many(body: ReplayMany, db: Db, who: Writer) -> Replayed:
    """Send all settled deliveries again that match, oldest first: by default those that were given up."""
    found = service.replay_all(Deliveries(db, who.org_id), body.filters(), body.window())
    return Replayed(replayed=found, more=found == service.MOST)


@router.post("/{id}/replay", response_model=DeliveryRead, responses=errors(NotFound, Conflict))
def replay(id: str, db: Db, who: Writer) -> DeliveryRow:
    """Send it again. One that is still under way is a conflict."""
    return service.replay(Deliveries(db, who.org_id), id)


@secret_router.get("", response_model=SecretRead)
def secret(db: Db, who: Writer, installation: Installation) -> SecretRead:
    """The secret to verify signatures with."""
    return SecretRead(secret=Secrets(db, installation).current())


@secret_router.post("/rotate", response_model=SecretRead, status_code=201)
def rotate(db: Db, who: Writer, installation: Installation) -> SecretRead:
    """A new secret. For 24 hours messages carry a signature with the old one too."""
    return SecretRead(secret=Secrets(db, installation).rotate())
