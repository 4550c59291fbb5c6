"""Server messages that no event of a conversation makes, in Vapi's words. Pure."""

from collections.abc import Mapping
from typing import Any, Literal

Json = dict[str, Any]
ChatEvent = Literal["chat.created", "chat.deleted"]
SessionEvent = Literal["session.created", "session.updated", "session.deleted"]
CallEvent = Literal["call.deleted", "call.delete.failed"]
_BESIDE = ("assistant", "assistantVersion", "customer", "phoneNumber")  # of a call


def assistant_request(call: Mapping[str, Any], at_ms: int) -> Json:
    """Who is to take this call?"""
    return {"type": "assistant-request", **about_call(call, at_ms)}


def status_update(status: str, call: Mapping[str, Any], at_ms: int, **more: Any) -> Json:
    """A call's status (scheduled, queued, ringing, ended …) as of `at_ms`, without an event of its engine."""
    given = {name: value for name, value in more.items() if value}
    return {"type": "status-update", "status": status, **given, **about_call(call, at_ms)}


def call_event(kind: CallEvent, call: Mapping[str, Any], at_ms: int) -> Json:
    """A call has been erased, or could not be."""
    return {"type": kind, **about_call(call, at_ms)}


def chat_event(kind: ChatEvent, chat: Mapping[str, Any], at_ms: int) -> Json:
    """A chat as the API shows it."""
    return {"type": kind, "timestamp": at_ms, "chat": dict(chat), **_assistant(chat)}


def session_event(kind: SessionEvent, session: Mapping[str, Any], at_ms: int) -> Json:
    """A session as the API shows it."""
    beside = {name: session[name] for name in ("customer", "phoneNumber") if session.get(name)}
    return {"type": kind, "timestamp": at_ms, "session": dict(session), **_assistant(session), **beside}


def about_call(call: Mapping[str, Any], at_ms: int) -> Json:
    """What all messages about a call have: the call, and beside it who talks in it."""
    beside = {name: call[name] for name in _BESIDE if call.get(name)}
    shown = {name: value for name, value in call.items() if name != "assistant"}
    return {"timestamp": at_ms, "call": shown, **beside}


def _assistant(shown: Mapping[str, Any]) -> Json:
    if shown.get("assistant"):
        return {"assistant": shown["assistant"]}
    return {"assistant": {"id": shown["assistantId"]}} if shown.get("assistantId") else {}
