"""Chats over HTTP. The same handlers serve /v1/chats and Vapi's /chat."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.checked import Checked
from api.http.deps import Db, needs, needs_public
from api.http.errors import errors
from api.http.once import once
from api.http.pagination import Paged
from api.http.route import Resource
from api.v1.chats.handling import Desk
from api.v1.chats.read import web_body
from api.v1.chats.schemas import (
    Chat,
    ChatQuery,
    CreateChat,
    CreateResponse,
    CreateWebChat,
    CreateWebResponse,
    ResponseObject,
    StreamPiece,
    WebChat,
)
from api.v1.chats.service import ChatService
from api.v1.chats.wish import of_chat, of_page
from voice_engine.kernel.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)

Reader = Annotated[Caller, Depends(needs("chats:read"))]
Writer = Annotated[Caller, Depends(needs("chats:write"))]
AnyWriter = Annotated[Caller, Depends(needs_public("chats:write"))]


async def create(body: CreateChat, who: Writer, request: Request) -> Response:
    """Send a message to an assistant or a squad and get its answer, whole or (`stream`) word by word.

    A stream has events `{id, sessionId, path, delta}` and ends with `[DONE]`; if the model fails on the way,
    with an event `error`. Of two messages to one session at once the second is refused with 409.
    """
    desk = Desk(request, who)
    return await once(request, who, lambda: desk.chat(of_chat(body), lambda chat: chat))


async def create_response(body: CreateResponse, who: Writer, request: Request) -> Response:
    """The same in the shape of OpenAI's Responses, for OpenAI's clients; streams by default."""
    return await once(request, who, lambda: Desk(request, who).response(of_chat(body)))


async def create_web(body: CreateWebChat, who: AnyWriter, request: Request) -> Response:
    """Send a message from a web page, with a public key; the conversation goes on by its `sessionId`."""
    wish = of_page(body, who)
    return await once(request, who, lambda: Desk(request, who).chat(wish, web_body))


async def create_web_response(body: CreateWebResponse, who: AnyWriter, request: Request) -> Response:
    """The same in the shape of OpenAI's Responses; streams by default."""
    wish = of_page(body, who)
    return await once(request, who, lambda: Desk(request, who).response(wish))


def list_chats(query: Annotated[ChatQuery, Query()], who: Reader, db: Db) -> Response:
    """Chats, newest first, a page at a time."""
    return json_answer(ChatService(db).list(query))


def get(id: str, who: Reader, db: Db) -> Response:
    """One chat."""
    return json_answer(ChatService(db).get(id))


def delete(id: str, who: Writer, db: Db) -> Response:
    """Delete a chat; answers what it was. What was said stays in its session."""
    return json_answer(ChatService(db).delete(id))


def resource(prefix: str) -> Resource:
    """The routes under a prefix that only read and write rows."""
    router = Resource(prefix, tag="Chats")
    one = errors(Unauthorized, Forbidden, NotFound)
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    router.get("", response_model=Paged[Chat], responses=wrong)(list_chats)
    router.get("/{id}", response_model=Chat, responses=one)(get)
    router.delete("/{id}", response_model=Chat, responses=one)(delete)
    return router


def talk(prefix: str) -> APIRouter:
    """The routes under a prefix that wait for a model: in the event loop, not in a worker's thread."""
    router = APIRouter(prefix=prefix, tags=["Chats"], route_class=Checked)
    refusals = errors(BadRequest, Unauthorized, Forbidden, NotFound, Conflict, TooManyRequests, Unavailable)
    pieces, events = _stream("Vapi's pieces, then [DONE]", StreamPiece), _stream("OpenAI's events")
    shaped: dict[str, Any] = {"response_model": ResponseObject, "responses": refusals | events}
    router.post("", status_code=201, response_model=Chat, responses=refusals | pieces)(create)
    router.post("/responses", status_code=201, **shaped)(create_response)
    router.post("/web", status_code=201, response_model=WebChat, responses=refusals | pieces)(create_web)
    router.post("/web/responses", status_code=201, **shaped)(create_web_response)
    return router


def _stream(what: str, piece: type[StreamPiece] | None = None) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string"} if piece is None else piece.model_json_schema()
    return {
        200: {"description": f"With `stream`: {what}", "content": {"text/event-stream": {"schema": schema}}}
    }


router = resource("/v1/chats")
talking = talk("/v1/chats")
