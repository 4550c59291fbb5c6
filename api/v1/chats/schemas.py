"""Chats as Vapi has them: CreateChat, CreateWebChat, the list's filters and the answers."""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter, WrapValidator, model_validator

from api.http.pagination import PageQuery
from api.v1.assistants.schemas.assistant import CreateAssistant
from api.v1.assistants.schemas.base import Json, Name, Shape, complaint, refused
from api.v1.assistants.schemas.handoffs import Id
from api.v1.calls.schemas import CreateCustomer
from api.v1.sessions.schemas import Listed, Seconds
from api.v1.text.messages import ChatMessage
from api.v1.text.party import ChatOverrides, WhoAnswers

LONGEST_INPUT = 20_000  # characters


def _no_transport(value: Any) -> Any:
    if value is not None:
        raise ValueError("is not available: text messages by telephone are not offered here")
    return value


Words = Annotated[str, Field(min_length=1, max_length=LONGEST_INPUT)]
Messages = Annotated[list[ChatMessage], Field(min_length=1, max_length=200)]


@cache
def _adapters() -> tuple[TypeAdapter[Any], TypeAdapter[Any]]:
    return TypeAdapter(Words), TypeAdapter(Messages)


def _either(value: Any, _: Any) -> Any:
    """Only what is wrong with the kind that was given is said."""
    words, messages = _adapters()
    if isinstance(value, str):
        return words.validate_python(value)
    if isinstance(value, list):
        return messages.validate_python(value)
    raise refused("input", complaint("wrong_type", "should be a text or a list of messages", value=value))


Input = Annotated[
    Words | Messages,
    WrapValidator(_either),
    Field(description="what the person says, or messages of which the last is to be answered"),
]


class CreateChat(WhoAnswers):
    """A message. Who answers need not be said where a session or an earlier chat says it."""

    name: Name | None = Field(None, description="for your own use; at most 40 characters")
    session_id: Id | None = Field(None, description="the session it belongs to")
    previous_chat_id: Id | None = Field(None, description="or the chat it goes on from; not with sessionId")
    input: Input
    stream: bool = Field(False, description="true: the answer comes as server-sent events; default false")
    transport: Annotated[Any, AfterValidator(_no_transport)] = Field(None, description="not available")

    @model_validator(mode="after")
    def _one_past(self) -> "CreateChat":
        if self.session_id is not None and self.previous_chat_id is not None:
            message = "should not be given together with sessionId"
            raise refused("chat", complaint("past_choice", message, "previousChatId"))
        if not self.named and self.session_id is None and self.previous_chat_id is None:
            message = "should be given, or assistant, squadId, squad, sessionId or previousChatId"
            raise refused("chat", complaint("assistant_choice", message, "assistantId"))
        return self


class CreateResponse(CreateChat):
    """The same message, answered in the shape of OpenAI's Responses."""

    stream: bool = Field(True, description="false: the answer comes as a whole; default true")
    model: str | None = Field(
        None, max_length=200, description="OpenAI's clients ask for it; not used: the assistant has its model"
    )
    previous_response_id: Id | None = Field(
        None, alias="previous_response_id", description="OpenAI's word for previousChatId"
    )

    @model_validator(mode="before")
    @classmethod
    def _in_our_words(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("previous_response_id"), str):
            return {"previousChatId": data["previous_response_id"], **data}
        return data


class CreateWebChat(Shape):
    """A message from a web page, with a public key."""

    assistant_id: Id | None = Field(None, description="a stored assistant; not needed with sessionId")
    assistant: CreateAssistant | None = Field(None, description="or one only for this conversation")
    assistant_overrides: ChatOverrides | None = Field(
        None, description="variableValues for the assistant's templates; nothing else can be overridden"
    )
    session_id: Id | None = Field(None, description="the session it goes on in; default: a new one")
    session_expiration_seconds: Seconds | None = Field(
        None, description="of the new session: seconds after its last use; 60 to 2592000, default 86400"
    )
    customer: CreateCustomer | None = Field(None, description="of the new session: who it is with")
    input: Input
    stream: bool = Field(False, description="true: the answer comes as server-sent events; default false")
    session_end: bool = Field(False, description="true: the session is completed after this message")

    @model_validator(mode="after")
    def _somebody(self) -> "CreateWebChat":
        if self.assistant_id is not None and self.assistant is not None:
            message = "should be given, or assistant, but only one of them"
            raise refused("chat", complaint("assistant_choice", message, "assistantId"))
        if self.assistant_id is None and self.assistant is None and self.session_id is None:
            message = "should be given, or assistant or sessionId"
            raise refused("chat", complaint("assistant_choice", message, "assistantId"))
        return self


class CreateWebResponse(CreateWebChat):
    """The same, answered in the shape of OpenAI's Responses."""

    stream: bool = Field(True, description="false: the answer comes as a whole; default true")
    model: str | None = Field(
        None, max_length=200, description="OpenAI's clients ask for it; not used: the assistant has its model"
    )


class ChatQuery(PageQuery):
    """Filters of the list; all must hold."""

    id: str | None = Field(None, max_length=64, description="one chat")
    id_any: Listed | None = Field(None, description="any of these ids, separated by commas")
    assistant_id: str | None = Field(None, max_length=64, description="with this stored assistant")
    assistant_id_any: Listed | None = Field(None, description="any of these, separated by commas")
    squad_id: str | None = Field(None, max_length=64, description="with this stored squad")
    session_id: str | None = Field(None, max_length=64, description="of this session")
    previous_chat_id: str | None = Field(None, max_length=64, description="those that go on from this chat")


class Chat(Shape):
    """A chat. What does not apply is left out."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    name: str | None = Field(None, description="yours")
    assistant_id: str | None = Field(None, description="the stored assistant")
    assistant: Json | None = Field(None, description="the transient assistant, without secrets")
    assistant_overrides: Json | None = Field(None, description="variableValues")
    squad_id: str | None = Field(None, description="the stored squad")
    squad: Json | None = Field(None, description="the transient squad, without secrets")
    session_id: str | None = Field(None, description="the session it belongs to")
    previous_chat_id: str | None = Field(None, description="the chat it goes on from")
    input: Any = Field(description="as it was sent")
    stream: bool = Field(description="whether it was streamed")
    messages: list[Json] = Field(description="what the model was told, the input last; at most 100 before it")
    output: list[Json] = Field(description="what was said: answers, and calls of tools with their results")
    cost: float = Field(description="sum of costs, in CNY")
    costs: list[Json] = Field(description="per model")


class WebChat(Shape):
    """What a page gets to know of a chat."""

    id: str = Field(description="UUID")
    session_id: str = Field(description="give it with the next message")
    output: list[Json] = Field(description="what the assistant said")


class StreamPiece(Shape):
    """One event of a streamed chat."""

    id: str = Field(description="the chat's")
    session_id: str | None = Field(None, description="its session")
    path: Literal["chat.output[0].content"] = Field(description="where the piece belongs")
    delta: str = Field(description="the next words")


class ResponseText(Shape):
    """Words of a response."""

    type: Literal["output_text"] = Field(description="output_text")
    text: str = Field(description="what the assistant says")
    annotations: list[Json] = Field(description="always empty")


class ResponseMessage(Shape):
    """The message in a response."""

    id: str = Field(description="made of the chat's id")
    type: Literal["message"] = Field(description="message")
    role: Literal["assistant"] = Field(description="assistant")
    status: Literal["in_progress", "completed"] = Field(description="completed once all is said")
    content: list[ResponseText] = Field(description="one text")


class ResponseObject(Shape):
    """OpenAI's Response, as far as it applies."""

    id: str = Field(description="the chat's id; previous_response_id of the next one")
    object: Literal["response"] = Field(description="response")
    created_at: int = Field(alias="created_at", description="Unix seconds")
    status: Literal["in_progress", "completed"] = Field(description="completed once all is said")
    model: str = Field(description="the assistant's model")
    output: list[ResponseMessage] = Field(description="the answer")
    metadata: Json = Field(description="always empty")
    parallel_tool_calls: bool = Field(alias="parallel_tool_calls", description="always true")
    tool_choice: Literal["auto"] = Field(alias="tool_choice", description="auto")
    tools: list[Json] = Field(description="always empty: the assistant has its own")
    session_id: str | None = Field(None, description="the session (Yingda's own)")
