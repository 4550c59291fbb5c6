"""What a server is told: the bodies of deliveries. Pure.

A body depends on the event alone, not on when it is applied or what else is known by then, so the same events
give the same bodies in whatever order they arrive.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from api.v1.calls.model import CallRow
from api.v1.calls.story import Story, moment, transcript
from voice_engine.kernel.clock import iso
from voice_engine.kernel.events import Event, EventType
from voice_engine.messages import openai_formatted, server_message

Json = dict[str, Any]

# The engine asks for these itself and waits for the answer; telling them again would run a tool twice.
_CONVERSATIONAL = frozenset({EventType.MESSAGE, EventType.TOOL_CALLS, EventType.TOOL_RESULTS})
_ASKED_BY_ENGINE = frozenset({"tool-calls"})
_WITH_CONVERSATION = frozenset({"ended", "forwarding"})
_NAMED = ("newAssistant", "fromAssistant", "toAssistant")
_SHOWN = {
    "id": "id", "first_message": "firstMessage", "first_message_mode": "firstMessageMode",
    "end_call_message": "endCallMessage", "end_call_phrases": "endCallPhrases",
    "max_duration_s": "maxDurationSeconds", "silence_timeout_s": "silenceTimeoutSeconds",
}  # fmt: skip
_PARTS = {
    "model": {
        "provider": "provider", "model": "model", "base_url": "url", "messages": "messages",
        "temperature": "temperature", "max_tokens": "maxTokens",
    },
    "transcriber": {"provider": "provider", "model": "model", "language": "language"},
    "voice": {"provider": "provider", "voice_id": "voiceId", "model": "model", "speed": "speed"},
}  # fmt: skip


def messages(event: Event, row: CallRow, story: Callable[[], Story]) -> list[Json]:
    """The messages about one event that the call's server asked for. The story is told only if needed."""
    if row.server is None or row.server_messages == []:
        return []
    until = (event.session_id, event.seq)
    found = server_message(
        event,
        call_at(event, row),
        wanted=row.server_messages or (),
        conversation=story().conversation(until) if event.type in _CONVERSATIONAL else None,
    )
    told = [_with_assistants(message, row) for message in found if message["type"] not in _ASKED_BY_ENGINE]
    return [
        message | _so_far(story().conversation(until))
        if message.get("status") in _WITH_CONVERSATION
        else message
        for message in told
    ]


def wants_report(row: CallRow) -> bool:
    """Whether the call's server is to get the end-of-call-report."""
    if row.server is None:
        return False
    return row.server_messages is None or "end-of-call-report" in row.server_messages


def call_at(event: Event, row: CallRow) -> Json:
    """The call as it was at the event: without what is only known afterwards, and without long lists."""
    spec = row.spec.get("assistant", {})
    status = _status(event)
    ended = status == "ended"
    shown: Json = {
        "id": row.id,
        "orgId": row.org_id,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(moment(event.at_ms)),
        "type": row.type,
        "status": status,
        "startedAt": iso(row.started_at) if row.started_at else None,
        "endedAt": iso(moment(event.at_ms)) if ended else None,
        "endedReason": event.data.get("endedReason") if ended else None,
        "name": row.name,
        "assistantId": row.assistant_id,
        "assistantVersion": row.assistant_version,
        "assistantOverrides": row.assistant_overrides,
        "squadId": row.squad_id,
        "customer": row.customer,
        "phoneNumberId": row.phone_number_id,
        "phoneNumber": (row.spec.get("told") or {}).get("phoneNumber"),
        "phoneCallProviderId": row.phone_call_provider_id,
        "destination": event.data.get("destination") if status == "forwarding" else None,
        "assistant": row.assistant or {"id": row.assistant_id, "name": spec.get("name", "")},
    }
    return {key: value for key, value in shown.items() if value is not None}


def _status(event: Event) -> str:
    match event.type:
        case EventType.SESSION_ENDED:
            return "ended"
        case EventType.LEG_STATUS if event.data["status"] == "ringing":
            return "ringing"
        case EventType.TRANSFER_REQUESTED if event.data["destination"].get("type") != "assistant":
            return "forwarding"
        case _:
            return "in-progress"


def _with_assistants(message: Json, row: CallRow) -> Json:
    """Assistants in full, where an event only has their names."""
    named = {key: message[key]["name"] for key in _NAMED if key in message}
    return message | {key: running(row.spec, name) for key, name in named.items()}


def running(spec: Mapping[str, Any], name: str) -> Json:
    """The assistant of that name as it runs in a call, in the API's words; nothing secret is in it."""
    members = [member["assistant"] for member in (spec.get("squad") or {}).get("members") or ()]
    known = [spec.get("assistant") or {}, *members]
    found = next((one for one in known if one.get("name", "") == name), None)
    if found is None:
        return {"name": name}
    shown = {camel: found.get(snake) for snake, camel in _SHOWN.items()}
    for part, fields in _PARTS.items():
        own = found.get(part) or {}
        shown[part] = {camel: own[snake] for snake, camel in fields.items() if own.get(snake)}
    return {key: value for key, value in shown.items() if value not in (None, "", [], {})} | {"name": name}


def body(message: Mapping[str, Any]) -> str:
    """The request's body: `{"message": …}`."""
    return orjson.dumps({"message": message}).decode()


def _so_far(conversation: list[Json]) -> Json:
    text = transcript(conversation)
    artifact = {
        "messages": conversation,
        "messagesOpenAIFormatted": openai_formatted(conversation),
        "transcript": text,
    }
    return {"artifact": artifact, "messages": conversation, "transcript": text}
