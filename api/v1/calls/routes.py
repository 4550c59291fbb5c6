"""Calls over HTTP. The same handlers serve /v1/calls and Vapi's /call."""

from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.auth import identify
from api.http.caller import Caller
from api.http.deps import Db, PublicDb, Time, needs, needs_public
from api.http.errors import errors
from api.http.route import Resource
from api.v1.calls.control import ControlMessage
from api.v1.calls.deps import CallParts, Outbound, PublicService, Service
from api.v1.calls.files import add_files
from api.v1.calls.listing import CallQuery
from api.v1.calls.replay import ReplayGuard
from api.v1.calls.schemas import Call, CallBatch, CreateCall, CreateWebCall, DeleteCalls, UpdateCall
from voice_engine.kernel import tokens
from voice_engine.kernel.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)

Json = dict[str, Any]
Reader = Annotated[Caller, Depends(needs("calls:read"))]
Writer = Annotated[Caller, Depends(needs("calls:write"))]
AnyWriter = Annotated[Caller, Depends(needs_public("calls:write"))]
Token = Annotated[str, Query(description="from the URL as it was given")]
EnginePin = Annotated[str | None, Header(alias="X-Yingda-Engine", include_in_schema=False)]


async def _pinned(parts: CallParts, time: Time, pin: EnginePin = None) -> str:
    """The engine that asks for a call of its own, by its token; empty for everyone else."""
    if pin is None:
        return ""
    claims = tokens.verify(pin, parts.secret, kind="engine", now=time.wall().timestamp())
    return str(claims["engine"])


Pinned = Annotated[str, Depends(_pinned)]


def create(
    body: CreateCall,
    who: Writer,
    db: Db,
    calls: Service,
    lines: Outbound,
    engine: Pinned,
    once: ReplayGuard,
) -> Response:
    """Create a call. With `phoneNumberId` the customer is dialled (now, or when `schedulePlan` says), and
    each of `customers` is; otherwise the call waits ten minutes for its client at
    `transport.websocketCallUrl`.
    """
    if body.phone_number_id is not None:
        return json_answer(lines.create(body, who), 201)
    return json_answer(calls.create(body, who, engine_id=engine), 201)


def create_web(
    body: CreateWebCall, who: AnyWriter, db: PublicDb, calls: PublicService, engine: Pinned
) -> Response:
    """Create a call from a browser, with a public key; its client connects to `webCallUrl`."""
    return json_answer(calls.create(body, who, engine_id=engine), 201)


def list_calls(query: Annotated[CallQuery, Query()], who: Reader, db: Db, calls: Service) -> Response:
    """Calls, newest first."""
    equal = {"id": query.id, "assistant_id": query.assistant_id, "phone_number_id": query.phone_number_id}
    return json_answer(calls.list(query.window(), **equal))


def get(id: str, who: Reader, db: Db, calls: Service) -> Response:
    """One call, complete once its status is ended."""
    return json_answer(calls.get(id))


def update(id: str, body: UpdateCall, who: Writer, db: Db, calls: Service) -> Response:
    """Rename a call."""
    return json_answer(calls.rename(id, body))


def delete(id: str, who: Writer, db: Db, calls: Service, body: DeleteCalls | None = None) -> Response:
    """Erase a call's data and recording, and those of the calls in `ids`; a live call is ended first, a
    scheduled one is not dialled. Answers what it was.
    """
    return json_answer(calls.delete(id, body.ids if body is not None else ()))


async def _steering(request: Request, token: Token, time: Time) -> Json:
    """The claims of the URL's token; where the assistant wants it, with a key of the same organisation."""
    secret = request.app.state.wiring.settings.secret_bytes
    claims = tokens.verify(token, secret, kind="control", now=time.wall().timestamp())
    if claims.get("keyed") and (await identify(request)).org_id != claims["org"]:
        raise Unauthorized("key_wrong_organization", "This key is another organisation's.")
    return claims


def control(
    call_id: str, body: ControlMessage, claims: Annotated[Json, Depends(_steering)], parts: CallParts
) -> Response:
    """Steer a live call, as its client may by its WebSocket. The URL's token is the authentication."""
    if claims["call"] != call_id:
        raise Unauthorized("token_wrong_call", "This token is for another call; use the URL as it was given.")
    return json_answer(parts.switchboard.send(call_id, body.root.given()))


_WRITE = errors(BadRequest, Unauthorized, Forbidden, TooManyRequests, Unavailable)
_ONE = errors(Unauthorized, Forbidden, NotFound)


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="Calls")
    start = _WRITE | errors(NotFound, Conflict)
    router.post("", status_code=201, response_model=Call | CallBatch, responses=start)(create)
    router.post("/web", status_code=201, response_model=Call, responses=_WRITE | errors(NotFound))(create_web)
    router.get("", response_model=list[Call], responses=errors(BadRequest, Unauthorized))(list_calls)
    router.get("/{id}", response_model=Call, responses=_ONE)(get)
    router.patch("/{id}", response_model=Call, responses=_ONE | errors(BadRequest))(update)
    router.delete("/{id}", response_model=Call, responses=_ONE | errors(BadRequest, Unavailable))(delete)
    add_files(router)
    return router


def control_resource(prefix: str) -> Resource:
    """`POST {prefix}/{callId}/control`."""
    router = Resource(prefix, tag="Calls")
    refusals = errors(BadRequest, Unauthorized, Conflict, Unavailable)
    router.post("/{call_id}/control", responses=refusals)(control)
    return router


router = resource("/v1/calls")
live = control_resource("/v1")
