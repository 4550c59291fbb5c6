"""Conversations over HTTP: sessions in simpler words, at /v1/conversations and /api/v1/conversations."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlmodel import col
from starlette.responses import Response

from api.db.tx import TenantSession
from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.checked import Checked
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.once import once
from api.http.pagination import Paged
from api.http.route import Resource
from api.v1.chats.handling import Desk
from api.v1.chats.read import text_of
from api.v1.chats.wish import Wish
from api.v1.conversations.schemas import Answered, ConversationMessage, CreateMessage, MessageQuery
from api.v1.sessions.model import SessionMessageRow
from api.v1.sessions.repo import SessionMessages, Sessions
from api.v1.sessions.routes import Reader, Service, create
from api.v1.sessions.schemas import Session, SessionQuery
from api.v1.text.party import WhoAnswers
from voice_engine.kernel.clock import iso
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
Talker = Annotated[Caller, Depends(needs("chats:write"))]


async def send_message(id: str, body: CreateMessage, who: Talker, request: Request) -> Response:
    """Say something in a conversation and get the assistant's answer."""
    wish = Wish(WhoAnswers.model_validate({}), body.content, stream=False, session_id=id)
    return await once(request, who, lambda: Desk(request, who).chat(wish, _answered))


def list_conversations(
    query: Annotated[SessionQuery, Query()], who: Reader, db: Db, sessions: Service
) -> Response:
    """Conversations, newest first, a page at a time."""
    return json_answer(sessions.list(query))


def get_conversation(id: str, who: Reader, db: Db, sessions: Service) -> Response:
    """One conversation with its messages."""
    return json_answer(sessions.get(id))


def list_messages(id: str, query: Annotated[MessageQuery, Query()], who: Reader, db: Db) -> Response:
    """Messages of a conversation, in order."""
    Sessions(db, db.org_id).show(id)
    return json_answer([_shown(row) for row in _messages(db, id, query)])


def resource(prefix: str) -> Resource:
    """The routes under a prefix that only read and write rows."""
    router = Resource(prefix, tag="Conversations")
    one = errors(Unauthorized, Forbidden, NotFound)
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    router.post(
        "", status_code=201, response_model=Session, responses=wrong | one, name="create_conversation"
    )(create)
    router.get("", response_model=Paged[Session], responses=wrong)(list_conversations)
    router.get("/{id}", response_model=Session, responses=one)(get_conversation)
    router.get("/{id}/messages", response_model=list[ConversationMessage], responses=wrong | one)(
        list_messages
    )
    return router


def talk(prefix: str) -> APIRouter:
    """The route under a prefix that waits for a model."""
    router = APIRouter(prefix=prefix, tags=["Conversations"], route_class=Checked)
    refusals = errors(BadRequest, Unauthorized, Forbidden, NotFound, Conflict, TooManyRequests, Unavailable)
    router.post("/{id}/messages", status_code=201, response_model=Answered, responses=refusals)(send_message)
    return router


router = resource("/v1/conversations")
talking = talk("/v1/conversations")


def _answered(chat: Json) -> Json:
    return {
        "conversationId": chat["sessionId"],
        "chatId": chat["id"],
        "role": "assistant",
        "content": text_of(chat),
        "createdAt": chat["createdAt"],
    }


def _messages(db: TenantSession, id: str, query: MessageQuery) -> list[SessionMessageRow]:
    messages = SessionMessages(db, db.org_id)
    here = messages.select().where(SessionMessageRow.session_id == id, SessionMessageRow.seq > query.after)
    return list(db.exec(here.order_by(col(SessionMessageRow.seq)).limit(query.limit)).all())


def _shown(row: SessionMessageRow) -> Json:
    said = row.message
    body = {
        "id": row.id,
        "conversationId": row.session_id,
        "seq": row.seq,
        "role": said["role"],
        "content": said["content"],
        "toolCalls": said.get("tool_calls"),
        "toolCallId": said.get("tool_call_id"),
        "metadata": said.get("metadata"),
        "chatId": row.chat_id,
        "callId": row.call_id,
        "createdAt": iso(row.created_at),
    }
    return {key: value for key, value in body.items() if value is not None}
