"""Where an inbound call goes: a function of the number's row, the caller, and what a server answered. Pure.

The number's own assistant or squad; else whom its server names (assistant-request); else fallbackDestination;
else the call is refused with Vapi's reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]

NOBODY = "call-start-error-neither-assistant-nor-server-set"
FORWARDED = "assistant-request-returned-forwarding-phone-number"
FAILED = "assistant-request-failed"
_RINGING = {"say": "call.ringing.hook-executed-say", "transfer": "call.ringing.hook-executed-transfer"}
_ENDING = {"say": "call.ending.hook-executed-say", "transfer": "call.ending.hook-executed-transfer"}


@dataclass(frozen=True, slots=True)
class Talk:
    """An assistant or a squad takes the call."""

    assistant_id: str | None = None
    squad_id: str | None = None


@dataclass(frozen=True, slots=True)
class AskServer:
    """The number's server is asked who takes it."""

    server: Json


@dataclass(frozen=True, slots=True)
class End:
    """No assistant takes it: `say` is said if there is any, then it goes to `destination` or ends."""

    reason: str
    say: str = ""
    destination: Json | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """What of a phone number's row decides. `server` is who is asked: its own or the organisation's."""

    assistant_id: str | None = None
    squad_id: str | None = None
    server: Json | None = None
    fallback: Json | None = None
    hooks: Sequence[Mapping[str, Any]] = ()


def first(number: Number, caller: str) -> Talk | AskServer | End:
    """Where a call from `caller` (E.164, or empty) goes at once."""
    for hook in number.hooks:
        if hook["on"] == "call.ringing" and all(_begins(each, caller) for each in hook.get("filters") or ()):
            return _acted(hook["do"], _RINGING, "")
    if number.assistant_id or number.squad_id:
        return Talk(number.assistant_id, number.squad_id)
    if number.server is not None:
        return AskServer(number.server)
    message = "This phone number has no assistant, no squad and no server; set one of them."
    return after_failure(number, NOBODY, message=message)


def after_failure(number: Number, reason: str, *, say: str = "", message: str = "") -> End:
    """Where it goes when nobody could be found for `reason`: a hook, the fallback, or nowhere."""
    for hook in number.hooks:
        holds = all(reason in each["oneOf"] for each in hook.get("filters") or ())
        if hook["on"] == "call.ending" and hook.get("do") and holds:
            return _acted([hook["do"]], _ENDING, message)
    return End(reason, say, number.fallback, message)


def _begins(each: Mapping[str, Any], caller: str) -> bool:
    return bool(caller) and caller.lstrip("+").startswith(tuple(each["startsWith"]))


def _acted(
    actions: Sequence[Json], reasons: Mapping[Literal["say", "transfer"] | str, str], message: str
) -> End:
    words = [action["exact"] for action in actions if action["type"] == "say"]
    goals = [action["destination"] for action in actions if action["type"] == "transfer"]
    reason = reasons["transfer" if goals else "say"]
    return End(reason, " ".join(words), goals[0] if goals else None, message)
