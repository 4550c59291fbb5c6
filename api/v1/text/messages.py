"""Messages of a conversation in text: as clients write them, as rows keep them, as models see them. Pure.

A row's message is `{role, content, time}` with what belongs to it: `tool_calls`, `tool_call_id`, `name`,
`metadata`. `time` is Unix ms.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal

from pydantic import Field, model_validator

from api.v1.assistants.schemas.base import Json, Shape, Text, complaint, refused
from voice_engine.providers.base import Message, ToolCall

Role = Literal["system", "user", "assistant", "tool", "developer"]
_MODEL_ROLES: dict[str, Literal["system", "user", "assistant", "tool"]] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool",
}  # fmt: skip
_KEPT = ("tool_calls", "tool_call_id", "name", "metadata", "refusal")


class ChatFunction(Shape):
    """What a model called."""

    name: str = Field(min_length=1, max_length=64, description="the tool's name")
    arguments: Text = Field(description="its arguments as JSON text")


class ChatToolCall(Shape):
    """One call of a tool, as OpenAI writes it."""

    id: str = Field(min_length=1, max_length=200, description="the message of role tool names it")
    type: Literal["function"] = Field("function", description="function")
    function: ChatFunction = Field(description="what was called")


class ChatMessage(Shape):
    """One message. Those of calls, whose words stand in `message`, are taken too."""

    role: Role = Field(description="system, developer, user, assistant or tool")
    content: Text | None = Field(None, description="what was said")
    message: Text | None = Field(None, description="another word for content, as calls have it")
    tool_calls: list[ChatToolCall] = Field(
        default_factory=list, alias="tool_calls", max_length=64, description="assistant: what it called"
    )
    tool_call_id: str | None = Field(
        None, alias="tool_call_id", max_length=200, description="tool: which call this answers"
    )
    name: str | None = Field(None, max_length=100, description="who of several said it")
    metadata: Json | None = Field(None, description="your own; kept, and not shown to the model")
    refusal: Text | None = Field(None, description="kept, and not shown to the model")
    time: float | None = Field(None, ge=0, le=1e14, description="Unix ms; default now")
    end_time: float | None = Field(None, description="accepted; not kept")
    seconds_from_start: float | None = Field(None, description="accepted; not kept")
    duration: float | None = Field(None, description="accepted; not kept")
    type: Literal["message"] | None = Field(None, description="accepted, as OpenAI writes it")

    @model_validator(mode="before")
    @classmethod
    def _parts_as_one(cls, data: Any) -> Any:
        """OpenAI's content may be a list of texts."""
        parts = data.get("content") if isinstance(data, dict) else None
        if not isinstance(parts, list) or not parts or not all(map(_is_text, parts)):
            return data
        return {**data, "content": "".join(part["text"] for part in parts)}

    @model_validator(mode="after")
    def _whole(self) -> "ChatMessage":
        if self.role == "tool" and not self.tool_call_id:
            raise refused("message", complaint("tool_call_id_missing", "is required", "tool_call_id"))
        if self.tool_calls and self.role != "assistant":
            message = "should be in messages of the assistant only"
            raise refused("message", complaint("tool_calls_misplaced", message, "tool_calls"))
        if self.content is None and self.message is None and not self.tool_calls:
            raise refused("message", complaint("content_missing", "is required", "content"))
        return self

    def kept(self, now_ms: int) -> Json:
        """For a row."""
        given = self.given()
        text = given.get("content", given.get("message", ""))
        at = round(self.time) if self.time is not None else now_ms
        return {"role": self.role, "content": text, "time": at} | {
            key: given[key] for key in _KEPT if given.get(key)
        }


def _is_text(part: Any) -> bool:
    kinds = ("text", "input_text", "output_text")
    return isinstance(part, dict) and part.get("type") in kinds and isinstance(part.get("text"), str)


def taken(given: "str | Sequence[ChatMessage]", now_ms: int) -> list[Json]:
    """An input for a row; a text is what the user says."""
    if isinstance(given, str):
        return [{"role": "user", "content": given, "time": now_ms}]
    return [message.kept(now_ms) for message in given]


def said(messages: Iterable[tuple[str, Message]], now_ms: int, *, named: bool) -> list[Json]:
    """What assistants said, with the name of each where there are several."""
    kept = []
    for member, message in messages:
        one: Json = {"role": message.role, "content": message.content, "time": now_ms}
        if message.tool_calls:
            one["tool_calls"] = [_called(call) for call in message.tool_calls]
        if message.tool_call_id:
            one["tool_call_id"] = message.tool_call_id
        if named and message.role == "assistant":
            one["name"] = member
        kept.append(one)
    return kept


def shown(messages: Sequence[Json]) -> list[Json]:
    """As clients see them: also with the words that calls have, which Vapi's types ask for."""
    began = messages[0].get("time", 0) if messages else 0
    return [_shown(message, began) for message in messages]


def context(messages: Sequence[Json], hidden: Collection[str] = ()) -> list[Message]:
    """As models see them. Calls without an answer, answers without a call, and calls of the tools in
    `hidden` are left out: vendors refuse halves, and a handoff that is over is nobody's business.
    """
    answered = {m.get("tool_call_id") for m in messages if m["role"] == "tool"}
    found: list[Message] = []
    open_calls: set[str] = set()
    for message in messages:
        calls = [call for call in _calls(message) if call.id in answered and call.name not in hidden]
        if message["role"] == "tool":
            if message.get("tool_call_id") in open_calls:
                found.append(Message("tool", message["content"], tool_call_id=message["tool_call_id"]))
                open_calls.discard(message["tool_call_id"])
            continue
        open_calls = {call.id for call in calls}
        if message["content"] or calls:
            role = _MODEL_ROLES[message["role"]]
            found.append(Message(role, message["content"], tool_calls=tuple(calls)))
    return _without_halves(found)


def _without_halves(messages: list[Message]) -> list[Message]:
    """Calls whose answers stand further away than the messages right behind them were cut off as well."""
    answers = {m.tool_call_id for m in messages if m.role == "tool"}
    whole = []
    for message in messages:
        calls = tuple(call for call in message.tool_calls if call.id in answers)
        if message.role != "assistant" or message.content or calls:
            whole.append(Message(message.role, message.content, calls, message.tool_call_id))
    return whole


def _calls(message: Json) -> list[ToolCall]:
    given = message.get("tool_calls") or ()
    return [ToolCall(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in given]


def _called(call: ToolCall) -> Json:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def _shown(message: Json, began: int) -> Json:
    body: dict[str, Any] = {"role": message["role"], "content": message["content"]}
    body |= {key: message[key] for key in _KEPT if message.get(key)}
    if message["role"] in ("user", "system"):
        at = message.get("time", began)
        body |= {"message": message["content"], "time": at, "endTime": at}
        body["secondsFromStart"] = max(0.0, (at - began) / 1000)
    return body
