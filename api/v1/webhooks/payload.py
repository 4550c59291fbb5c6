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
    told = [message for message in found if message["type"] not in _ASKED_BY_ENGINE]
    if event.type is EventType.SESSION_ENDED:
        told = [message | {"artifact": _artifact(story().conversation(until))} for message in told]
    return told


def wants_report(row: CallRow) -> bool:
    """Whether the call's server is to get the end-of-call-report."""
    if row.server is None:
        return False
    return row.server_messages is None or "end-of-call-report" in row.server_messages


def call_at(event: Event, row: CallRow) -> Json:
    """The call as it was at the event: without what is only known afterwards, and without long lists."""
    ended = event.type is EventType.SESSION_ENDED
    spec = row.spec.get("assistant", {})
    shown: Json = {
        "id": row.id,
        "orgId": row.org_id,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(moment(event.at_ms)),
        "type": row.type,
        "status": "ended" if ended else "in-progress",
        "startedAt": iso(row.started_at) if row.started_at else None,
        "endedAt": iso(moment(event.at_ms)) if ended else None,
        "endedReason": event.data.get("endedReason") if ended else None,
        "name": row.name,
        "assistantId": row.assistant_id,
        "assistantOverrides": row.assistant_overrides,
        "squadId": row.squad_id,
        "customer": row.customer,
        "assistant": row.assistant or {"id": row.assistant_id, "name": spec.get("name", "")},
    }
    return {key: value for key, value in shown.items() if value is not None}


def body(message: Mapping[str, Any]) -> str:
    """The request's body: `{"message": …}`."""
    return orjson.dumps({"message": message}).decode()


def _artifact(conversation: list[Json]) -> Json:
    return {
        "messages": conversation,
        "messagesOpenAIFormatted": openai_formatted(conversation),
        "transcript": transcript(conversation),
    }
