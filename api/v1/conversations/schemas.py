"""Conversations: sessions in simpler words."""

from typing import Any, Literal

from pydantic import Field

from api.http.schema import Answer, Body
from api.v1.assistants.schemas.base import Json, Shape
from api.v1.chats.schemas import LONGEST_INPUT


class CreateMessage(Shape):
    """What the person says."""

    content: str = Field(min_length=1, max_length=LONGEST_INPUT, description="their words")


class MessageQuery(Body):
    """Which messages."""

    limit: int = Field(100, ge=0, le=1000, description="messages at most; default 100")
    after: int = Field(0, ge=0, le=2**31 - 1, description="only those behind this seq; default 0")


class ConversationMessage(Answer):
    """One message of a conversation."""

    id: str = Field(description="UUID")
    conversation_id: str = Field(description="the session")
    seq: int = Field(description="its place, from 1: times may tie, this does not")
    role: Literal["system", "developer", "user", "assistant", "tool"] = Field(description="who said it")
    content: str = Field(description="what was said")
    tool_calls: list[Any] | None = Field(None, description="what the assistant called")
    tool_call_id: str | None = Field(None, description="which call a tool answers")
    metadata: Json | None = Field(None, description="as it was given")
    chat_id: str | None = Field(None, description="the chat it belongs to")
    call_id: str | None = Field(None, description="or the call it was said in")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")


class Answered(Shape):
    """The assistant's answer."""

    conversation_id: str = Field(description="the session")
    chat_id: str = Field(description="the chat")
    role: Literal["assistant"] = Field(description="assistant")
    content: str = Field(description="what it says")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
