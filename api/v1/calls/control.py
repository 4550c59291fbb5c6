"""Messages to a live call: what may be sent, and the way to its engine and back.

The engine pops `yingda:control:<engine>` and answers on `yingda:reply:<id>`; see ARCHITECTURE.md.
"""

from difflib import get_close_matches
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field, RootModel, model_validator
from redis import Redis

from api.v1.assistants.schemas.base import Json, Shape, Text, complaint, one_of, refused
from api.v1.assistants.schemas.destinations import NumberDestination, SipDestination
from api.v1.assistants.schemas.handoffs import NamedDestination
from api.v1.assistants.schemas.model import OpenAIMessage
from voice_engine.kernel.errors import BadRequest, Conflict, Unavailable
from voice_engine.kernel.ids import new_id

Spoken = Annotated[str, Field(max_length=5000)]  # ten minutes of speech and more
REPLY_WITHIN = 1.8  # s, within the 2 s after which the connection itself gives up
_QUEUE_FOR = 10  # s. A message nobody popped by then must not surprise a later call.


class Say(Shape):
    """Speak this text now."""

    type: Literal["say"] = Field(description="say")
    content: Spoken | None = Field(None, description="the text; at most 5000 characters")
    message: Spoken | None = Field(None, description="the text, as Vapi's web SDK names it")
    end_call_after_spoken: bool = Field(False, description="hang up after it")
    interruptions_enabled: bool = Field(True, description="false: nothing interrupts it; default true")
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


class HandOff(Shape):
    """Hand the caller over to another assistant, now. Whoever is no member of the call's squad is looked up
    first; what stands in the way is told by an `error` message to the client.
    """

    type: Literal["handoff"] = Field(description="handoff")
    destination: NamedDestination = Field(description="who takes over: an assistant or a squad")
    content: Spoken | None = Field(None, description="said first, in place of the destination's message")


_LINES: dict[str, type[Shape]] = {"number": NumberDestination, "sip": SipDestination}


def _refuse_line(kind: Any) -> str:
    if kind == "assistant":
        return "assistant is no line: send handoff"
    return f"should be one of the following values: {', '.join(_LINES)}"


class Transfer(Shape):
    """Connect the caller elsewhere; the call ends with assistant-forwarded-call."""

    type: Literal["transfer"] = Field(description="transfer")
    destination: Annotated[NumberDestination | SipDestination, one_of("type", _LINES, _refuse_line)] = Field(
        description="a number or a SIP address"
    )
    content: Spoken | None = Field(None, description="said first; default nothing")


class AppendContext(Shape):
    """Let the model know something; it does not answer."""

    type: Literal["append-context"] = Field(description="append-context")
    kind: Literal["commentary", "thinking", "instructions"] = Field(
        description="commentary: what happens beside the call; thinking: a thought of its own; instructions"
    )
    content: Text = Field(min_length=1, description="what it is to know")


class TransportMessage(Shape):
    """Something for whoever carries the call."""

    transport: Literal["vapi.sip", "twilio"] = Field(description="what carries the call")
    sip_verb: Literal["INFO", "MESSAGE", "NOTIFY"] | None = Field(None, description="vapi.sip: the request")
    headers: Json = Field(default_factory=dict, description="vapi.sip: headers of the request")
    body: Text | None = Field(None, description="vapi.sip: its body")
    twiml: Text | None = Field(None, description="twilio: what it is to do")


class SendTransportMessage(Shape):
    """Send something along the line. Refused where the line knows no such thing, as a WebSocket."""

    type: Literal["send-transport-message"] = Field(description="send-transport-message")
    message: TransportMessage = Field(description="what is sent")


_MESSAGES: dict[str, type[Shape]] = {
    "say": Say,
    "add-message": AddMessage,
    "control": ControlSwitch,
    "end-call": EndCall,
    "handoff": HandOff,
    "transfer": Transfer,
    "append-context": AppendContext,
    "send-transport-message": SendTransportMessage,
}


def _refuse(kind: Any) -> str:
    near = get_close_matches(str(kind), _MESSAGES, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"should be one of the following values: {', '.join(_MESSAGES)}{hint}"


AnyMessage = (
    Say | AddMessage | ControlSwitch | EndCall | HandOff | Transfer | AppendContext | SendTransportMessage
)


class ControlMessage(RootModel[Any]):
    """What a live call may be told, by its `type`."""

    root: Annotated[AnyMessage, one_of("type", _MESSAGES, _refuse)]


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
