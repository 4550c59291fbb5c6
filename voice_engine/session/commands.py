"""What a client or the control URL may ask of a running session (Vapi's inbound messages and seed 001's)."""

import difflib
import json
from collections.abc import Callable
from typing import Any

from voice_engine.kernel.errors import BadRequest, Conflict
from voice_engine.listen.keypad import KEYS, MOST
from voice_engine.session import reasons
from voice_engine.session.session import Session

Message = dict[str, Any]
CONTEXT_KINDS = ("commentary", "thinking", "instructions")
_SHOWN = 40  # characters of a message type that is none
_SPOKEN = 5000  # characters that are said in one go, by either side: ten minutes and more


def obey(session: Session, message: Message) -> None:
    """Carry out one message; raises BadRequest or Conflict with what to do instead."""
    if not session.live:
        raise Conflict("call_not_live", "This call is ending; start a new one.")
    kind = message.get("type")
    command = COMMANDS.get(kind) if isinstance(kind, str) else None
    if command is None:
        raise BadRequest("unknown_message_type", _unknown(kind))
    command(session, message)


def _unknown(kind: object) -> str:
    known, named = ", ".join(sorted(COMMANDS)), str(kind)[:_SHOWN]
    near = difflib.get_close_matches(named, COMMANDS, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"There is no message type {named!r}.{hint} Known: {known}."


def _text(message: Message, *names: str) -> str:
    for name in names:
        value = message.get(name)
        if isinstance(value, str) and value.strip():
            return value
    sentence = f"A {message.get('type')!r} message needs {names[0]!r}, a text that is not empty."
    raise BadRequest("missing_field", sentence)


def _spoken(message: Message, *names: str) -> str:
    text = _text(message, *names)
    if len(text) > _SPOKEN:
        sentence = f"A {message.get('type')!r} message holds at most {_SPOKEN} characters; send several."
        raise BadRequest("text_too_long", sentence)
    return text


def _say(session: Session, message: Message) -> None:
    reason = reasons.ASSISTANT_ENDED if message.get("endCallAfterSpoken") else ""
    session.say(
        _spoken(message, "content", "message"),
        end_reason=reason,
        interrupt=bool(message.get("interruptAssistantEnabled")),
        interruptible=message.get("interruptionsEnabled") is not False,
    )


def _add_message(session: Session, message: Message) -> None:
    inner = message.get("message")
    if not isinstance(inner, dict) or inner.get("role") not in ("system", "user", "assistant"):
        sentence = "An 'add-message' needs message.role (system, user or assistant) and message.content."
        raise BadRequest("missing_field", sentence)
    read = _text if inner["role"] == "system" else _spoken
    text = read({"type": "add-message", **inner}, "content")
    session.add_message(inner["role"], text, respond=bool(message.get("triggerResponseEnabled", True)))


def _typed(session: Session, message: Message) -> None:
    session.user_text(_spoken(message, "text"))


def _keys(session: Session, message: Message) -> None:
    digits = _text(message, "digits", "digit", "dtmf").upper().replace(" ", "")
    if not KEYS.issuperset(digits) or len(digits) > MOST:
        raise BadRequest("bad_digits", f"'digits' holds 1 to {MOST} of 0-9, *, # and A-D.")
    session.keys(digits)


def _hand_off(session: Session, message: Message) -> None:
    given = message.get("destination")
    if not isinstance(given, dict):
        destination: Message = {
            "type": "assistant",
            "assistantName": _text(message, "assistantName", "member"),
        }
    else:
        destination = given
        named = ("assistantName", "assistantId", "assistant", "squadId", "squad")
        if not any(given.get(name) for name in named):
            raise BadRequest("missing_field", f"A handoff's destination needs one of {', '.join(named)}.")
    session.hand_off(destination, _content(message))


def _content(message: Message) -> str:
    """What is said first; perhaps nothing."""
    return _spoken(message, "content") if message.get("content") else ""


def _transfer(session: Session, message: Message) -> None:
    destination = message.get("destination")
    fields = {"number": "number", "sip": "sipUri"}
    kind = destination.get("type") if isinstance(destination, dict) else None
    if not isinstance(destination, dict) or not isinstance(kind, str) or kind not in fields:
        sentence = "A 'transfer' needs destination.type: number or sip (assistants take over by 'handoff')."
        raise BadRequest("missing_field", sentence)
    if not isinstance(destination.get(fields[kind]), str) or not destination[fields[kind]]:
        raise BadRequest("missing_field", f"A destination of type {kind} needs {fields[kind]}.")
    session.transfer(destination, _content(message))


def _append_context(session: Session, message: Message) -> None:
    kind = message.get("kind")
    if kind not in CONTEXT_KINDS:
        raise BadRequest("unknown_kind", f"'kind' must be one of {', '.join(CONTEXT_KINDS)}.")
    session.append_context(str(kind), _text(message, "content"))


def _over_line(session: Session, message: Message) -> None:
    inner = message.get("message")
    if not isinstance(inner, dict) or not isinstance(inner.get("transport"), str):
        raise BadRequest("missing_field", "A 'send-transport-message' needs message.transport.")
    session.send_over_line(inner)


def _control(session: Session, message: Message) -> None:
    controls: dict[object, Callable[[], None]] = {
        "mute-assistant": lambda: session.mute_agent(True),
        "unmute-assistant": lambda: session.mute_agent(False),
        "mute-customer": lambda: session.mute_caller(True),
        "unmute-customer": lambda: session.mute_caller(False),
        "say-first-message": session.say_first_message,
        "hold": lambda: session.hold(True),
        "resume": lambda: session.hold(False),
    }
    name = message.get("control")
    control = controls.get(name) if isinstance(name, str) else None
    if control is None:
        raise BadRequest("unknown_control", f"'control' must be one of {', '.join(map(str, controls))}.")
    control()


def _end(session: Session, _: Message) -> None:
    session.end(reasons.CANCELLED)


def _hang_up(session: Session, _: Message) -> None:
    session.end(reasons.CUSTOMER_ENDED)


def _function_result(session: Session, message: Message) -> None:
    failed = "result" not in message and "error" in message
    result = message.get("error" if failed else "result")
    text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    if not session.tool_result(_text(message, "call_id"), text, failed=failed):
        raise Conflict("no_such_tool_call", "No tool call with this id waits for a result.")


def _tool_result(session: Session, message: Message) -> None:
    given = message.get("toolCallResult")
    if not isinstance(given, dict):
        raise BadRequest("missing_field", "A 'tool-calls-result' needs toolCallResult {toolCallId, result}.")
    _function_result(session, {**given, "type": message["type"], "call_id": given.get("toolCallId")})


COMMANDS: dict[str, Callable[[Session, Message], None]] = {
    "say": _say,
    "add-message": _add_message,
    "control": _control,
    "end-call": _end,
    "hangup": _hang_up,
    "stop": _hang_up,
    "text": _typed,
    "dtmf": _keys,
    "handoff": _hand_off,
    "transfer": _transfer,
    "append-context": _append_context,
    "send-transport-message": _over_line,
    "function_result": _function_result,
    "tool-calls-result": _tool_result,
}
