"""`/v1/own-voices`: voices copied from a sample, or designed from a description."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.once import once
from api.http.pages import ListQuery
from api.http.ratelimit import limit
from api.http.route import Resource
from api.v1.own_voices import schemas
from api.v1.own_voices.desk import Desk
from api.v1.own_voices.repo import OwnVoices
from api.v1.own_voices.schemas import OwnVoice
from api.v1.own_voices.service import shown
from api.v1.own_voices.wish import wish
from voice_engine.kernel.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)

MADE_A_MINUTE = 10  # by an organisation
Reader = Annotated[Caller, Depends(needs("voices:read"))]
Writer = Annotated[Caller, Depends(needs("voices:write"))]
Force = Annotated[bool, Query(description="forget it here even if its vendor keeps it; default false")]


async def create(request: Request, who: Writer) -> Response:
    """Copy a voice, with the consent of whose it is, or design one. The vendor bills each voice it makes.

    The body is JSON, or a form whose field `sample` is the file. An organisation has one voice of a name with
    each provider, so that a request that is sent twice makes no second one; with an Idempotency-Key it gets
    the same answer.
    """
    return await once(request, who, partial(_create, request, who))


async def _create(request: Request, who: Caller) -> Response:
    state = request.app.state
    most = partial(
        limit, state.wiring.redis, f"own-voices:{who.org_id}",
        most=MADE_A_MINUTE, seconds=60, now=state.wiring.clock.wall(),
    )  # fmt: skip
    await state.workers.run(most)  # each one costs money at the vendor
    wanted = await wish(request, state.workers, state.wiring.settings.allowed_targets)
    return json_answer(await Desk(request, who).create(wanted), 201)


def list_own_voices(query: Annotated[ListQuery, Query()], who: Reader, db: Db) -> Response:
    """Your own voices, newest first, as they were known last."""
    return json_answer([shown(row) for row in OwnVoices(db, db.org_id).shown(query.window())])


async def get(id: str, request: Request, who: Reader) -> Response:
    """One of your own voices. While it is processing, its vendor is asked how it is."""
    return json_answer(await Desk(request, who).get(id))


async def delete(id: str, request: Request, who: Writer, force: Force = False) -> Response:
    """Delete a voice, at its vendor too; answers what it was. With `force` it is deleted here in any case."""

    async def work() -> Response:
        desk = Desk(request, who)
        return json_answer(await (desk.forget(id) if force else desk.delete(id)))

    return await once(request, who, work)


_READ = errors(Unauthorized, Forbidden, NotFound)
_ASKS: dict[int | str, dict[str, Any]] = errors(BadRequest, Conflict, TooManyRequests, Unavailable)

router = Resource("/v1/own-voices", tag="Own voices")
router.get("", response_model=list[OwnVoice], responses=errors(BadRequest, Unauthorized, Forbidden))(
    list_own_voices
)

# ── these wait for vendors: in the event loop, not in one of the workers' threads ────────────────────

vendor_router = APIRouter(prefix="/v1/own-voices", tags=["Own voices"])
vendor_router.post(
    "",
    status_code=201,
    response_model=OwnVoice,
    responses=errors(Unauthorized, Forbidden) | _ASKS,
    openapi_extra=schemas.bodies(),
)(create)
vendor_router.get("/{id}", response_model=OwnVoice, responses=_READ)(get)
vendor_router.delete("/{id}", response_model=OwnVoice, responses=_READ | _ASKS)(delete)
