"""Messages to a live call: what may be sent, and the way to its engine and back.

The engine pops `yingda:control:<engine>` and answers on `yingda:reply:<id>`; see ARCHITECTURE.md.
"""

from typing import Annotated, Any, Literal

import orjson
from pydantic import Field, RootModel, model_validator
from redis import Redis

from api.v1.assistants.schemas.base import Json, Name, Shape, Text, complaint, one_of, refused
from api.v1.assistants.schemas.handoffs import NotYet
from api.v1.assistants.schemas.model import OpenAIMessage
from voice_engine.kernel.errors import BadRequest, Conflict, Unavailable
from voice_engine.kernel.ids import new_id

REPLY_WITHIN = 1.8  # s, within the 2 s after which the connection itself gives up
_QUEUE_FOR = 10  # s. A message nobody popped by then must not surprise a later call.


class Say(Shape):
    """Speak this text now."""

    type: Literal["say"] = Field(description="say")
    content: Text | None = Field(None, description="the text")
    message: Text | None = Field(None, description="the text, as Vapi's web SDK names it")
    end_call_after_spoken: bool = Field(False, description="hang up after it")
    interruptions_enabled: bool = Field(True, description="accepted; the caller may always interrupt it")
    interrupt_assistant_enabled: bool = Field(False, description="cut off what is being said; default false")

    @model_validator(mode="after")
    def _has_text(self) -> "Say":
        if not (self.content or self.message):
            raise refused("say", complaint("missing_text", "should not be empty", "content"))
        return self


class AddMessage(Shape):
    """Put a message into the model's context."""

    type: Literal["add-message"] = Field(description="add-message")
    message: OpenAIMessage = Field(description="role and content")
    trigger_response_enabled: bool = Field(True, description="let the model answer it; default true")


class ControlSwitch(Shape):
    """Mute and unmute, hold and resume, or say the first message."""

    type: Literal["control"] = Field(description="control")
    control: Literal[
        "mute-assistant",
        "unmute-assistant",
        "mute-customer",
        "unmute-customer",
        "say-first-message",
        "hold",
        "resume",
    ] = Field(description="which")


class EndCall(Shape):
    """Hang up."""

    type: Literal["end-call"] = Field(description="end-call")


class HandoffTarget(Shape):
    """A member of the call's squad."""

    type: Literal["assistant"] = Field("assistant", description="assistant")
    assistant_name: Name = Field(description="the member's name")


class HandOff(Shape):
    """Hand the caller over to another member of the call's squad, now."""

    type: Literal["handoff"] = Field(description="handoff")
    destination: HandoffTarget = Field(description="who takes over")
    content: NotYet = Field(None, description="not available yet: send say before it")


_MESSAGES: dict[str, type[Shape]] = {
    "say": Say,
    "add-message": AddMessage,
    "control": ControlSwitch,
    "end-call": EndCall,
    "handoff": HandOff,
}
_NOT_YET = ("transfer", "send-transport-message", "append-context")


def _refuse(kind: Any) -> str:
    available = ", ".join(_MESSAGES)
    if kind in _NOT_YET:
        return f"{kind} is not available in this installation yet; available: {available}"
    return f"should be one of the following values: {available}"


class ControlMessage(RootModel[Any]):
    """One of say, add-message, control, end-call and handoff."""

    root: Annotated[Say | AddMessage | ControlSwitch | EndCall | HandOff, one_of("type", _MESSAGES, _refuse)]


class Switchboard:
    """Reaches the engine that runs a call."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def engine_of(self, call_id: str) -> str | None:
        """The engine that runs the call now; None if it is not live."""
        found = self._redis.get(f"yingda:live:{call_id}")
        return found.decode() if isinstance(found, bytes) else found

    def send(self, call_id: str, message: Json) -> Json:
        """The engine's answer. Raises Conflict when the call is not live or cannot do it now, BadRequest when
        it makes no sense, Unavailable when nobody answers.
        """
        engine = self.engine_of(call_id)
        if engine is None:
            raise Conflict(
                "call_not_live", "This call is not live: it has not begun or has ended.", id=call_id
            )
        request, queue = new_id(), f"yingda:control:{engine}"
        body = orjson.dumps({"id": request, "callId": call_id, "message": message}).decode()
        with self._redis.pipeline() as pipe:
            pipe.rpush(queue, body)
            pipe.expire(queue, _QUEUE_FOR)
            pipe.execute()
        answer = self._redis.blpop([f"yingda:reply:{request}"], timeout=REPLY_WITHIN)
        if answer is None:
            self._redis.lrem(queue, 1, body)
            raise Unavailable("engine_silent", "The call's engine did not answer in time; try again.")
        return _obeyed(orjson.loads(answer[1]))

    def forget(self, session_id: str) -> None:
        """Take away the spec of a call that nobody has connected to: nobody will."""
        self._redis.delete(f"yingda:session:{session_id}")


def _obeyed(reply: Json) -> Json:
    """`{ok: true}`, or the engine's refusal `{ok: false, status, code, message}` raised."""
    if reply.get("ok", True):
        return reply
    kind = BadRequest if reply["status"] == 400 else Conflict
    raise kind(reply["code"], reply["message"])
