"""Events in the words of others: Vapi's server and client messages, and the messages of seed 001. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson

from voice_engine.kernel.events import Event, EventType

Json = dict[str, Any]

CLIENT_DEFAULT = frozenset(
    {
        "conversation-update", "function-call", "hang", "model-output", "speech-update", "status-update",
        "transfer-update", "transcript", "tool-calls", "user-interrupted", "voice-input",
        "workflow.node.started", "assistant.started",
    }
)  # fmt: skip
SERVER_DEFAULT = frozenset(
    {
        "conversation-update", "end-of-call-report", "function-call", "hang", "speech-update",
        "status-update", "tool-calls", "transfer-destination-request", "handoff-destination-request",
        "user-interrupted", "assistant.started",
    }
)  # fmt: skip
FINAL_TRANSCRIPT = 'transcript[transcriptType="final"]'

_OPENAI_ROLES = {
    "system": "system",
    "user": "user",
    "bot": "assistant",
    "tool_calls": "assistant",
    "tool_call_result": "tool",
}


# ── to the client, over the engine's WebSocket ───────────────────────────────────────────────────────


def client_message(
    event: Event, wanted: Collection[str] = (), conversation: Sequence[Json] | None = None
) -> list[Json]:
    """What a Vapi client is told about one event; often nothing.

    `wanted` is the assistant's clientMessages, empty for Vapi's default set. `conversation` holds every
    message so far in Vapi's shape, this event's included; without it there is no conversation-update.
    """
    bodies = [*_bodies(event, conversation), *_tool_results(event)]
    listed = frozenset(wanted) or CLIENT_DEFAULT
    return [{**body, "timestamp": event.at_ms} for body in bodies if is_wanted(body, listed)]


class ClientFeed:
    """`client_message` with a memory: keeps the conversation, so that conversation-update can be sent."""

    def __init__(self, wanted: Collection[str] = ()) -> None:
        self._wanted = frozenset(wanted)
        self._conversation: list[Json] = []

    def messages(self, event: Event) -> list[Json]:
        """What the client is told about this event; feed every event once, in order."""
        self._conversation += conversation_items(event)
        return client_message(event, self._wanted, self._conversation)


# ── to the assistant's server ────────────────────────────────────────────────────────────────────────


def server_message(
    event: Event,
    call: Mapping[str, Any],
    *,
    wanted: Collection[str] = (),
    conversation: Sequence[Json] | None = None,
    tools: Iterable[Mapping[str, Any]] = (),
) -> list[Json]:
    """The `message` objects that an assistant's server is sent about one event; often none.

    `call` is the call in the API's shape (at least id and orgId); its `assistant` is lifted beside it.
    `wanted` is the assistant's serverMessages, empty for Vapi's default set. `tools` are the assistant's
    tools in Vapi's shape, for toolWithToolCallList.
    """
    listed = frozenset(wanted) or SERVER_DEFAULT
    bodies = _bodies(event, conversation, tools)
    return [{**body, **_common(event.at_ms, call)} for body in bodies if is_wanted(body, listed)]


def end_of_call_report(call: Mapping[str, Any], at_ms: int) -> Json:
    """The end-of-call-report of a call that has ended, from the call as the API shows it."""
    artifact = dict(call.get("artifact") or {})
    analysis = call.get("analysis") or {}
    report = {
        "type": "end-of-call-report",
        "endedReason": call.get("endedReason"),
        "artifact": artifact,
        "analysis": analysis,
        "cost": call.get("cost", 0),
        "costBreakdown": call.get("costBreakdown") or {},
        "costs": call.get("costs") or [],
        "startedAt": call.get("startedAt"),
        "endedAt": call.get("endedAt"),
        "durationSeconds": call.get("durationSeconds"),
        "transcript": artifact.get("transcript", ""),
        "messages": artifact.get("messages", []),
        "summary": analysis.get("summary", ""),
        "recordingUrl": artifact.get("recordingUrl"),
        "stereoRecordingUrl": artifact.get("stereoRecordingUrl"),
        "destination": call.get("destination"),
        "compliance": call.get("compliance"),
        "endedMessage": call.get("endedMessage"),
    }
    return {**{k: v for k, v in report.items() if v is not None}, **_common(at_ms, call)}


def is_wanted(body: Mapping[str, Any], listed: Collection[str]) -> bool:
    """Whether a list of message types asks for this message; a list may ask for final transcripts only."""
    if body["type"] in listed:
        return True
    return FINAL_TRANSCRIPT in listed and body["type"] == "transcript" and body["transcriptType"] == "final"


def _common(at_ms: int, call: Mapping[str, Any]) -> Json:
    shown = {k: v for k, v in call.items() if k != "assistant"}
    common: Json = {"timestamp": at_ms, "call": shown}
    for name in ("assistant", "assistantVersion", "customer", "phoneNumber"):
        if call.get(name):
            common[name] = call[name]
    return common


# ── one event, in Vapi's words ───────────────────────────────────────────────────────────────────────


def _bodies(
    event: Event, conversation: Sequence[Json] | None, tools: Iterable[Mapping[str, Any]] = ()
) -> list[Json]:
    data = event.data
    match event.type:
        case EventType.SESSION_STARTED:
            started = {"name": data.get("assistantName", "")}
            return [
                {"type": "status-update", "status": "in-progress"},
                {"type": "assistant.started", "newAssistant": started},
            ]
        case EventType.SESSION_ENDED:
            return [{"type": "status-update", "status": "ended", "endedReason": data.get("endedReason", "")}]
        case EventType.SPEECH_STARTED | EventType.SPEECH_STOPPED:
            return _speech(event.type is EventType.SPEECH_STARTED, data)
        case EventType.TRANSCRIPT:
            return [_transcript(data), *_language_change(data)]
        case EventType.TURN_STARTED:
            return [{"type": "voice-input", "input": data["text"]}]
        case EventType.MODEL_OUTPUT:
            return [{"type": "model-output", "output": data["text"], "turnId": str(data["turn"])}]
        case EventType.USER_INTERRUPTED:
            return [{"type": "user-interrupted", "turnId": str(data["turn"])}]
        case EventType.TURN_ENDED if data["segments"]:
            return [_turn_metrics(data)]
        case EventType.TOOL_CALLS:
            return [_tool_calls(data["toolCalls"], tools), *_conversation_update(conversation)]
        case EventType.TOOL_RESULTS:
            return _conversation_update(conversation)
        case EventType.HANDOFF:
            return _handoff(data)
        case EventType.TRANSFER_REQUESTED:
            return _transfer(data["destination"])
        case EventType.LEG_STATUS if data["status"] == "ringing":
            return [{"type": "status-update", "status": "ringing"}]
        case EventType.RECORDING_READY:
            return [
                {"type": "call.artifact.upload", "artifacts": [{"type": "recording-stereo", "success": True}]}
            ]
        case EventType.MESSAGE:
            return [*_agent_transcript(data), *_conversation_update(conversation)]
        case EventType.ERROR:
            late = data.get("component") in ("llm", "model") and str(data.get("code", "")).endswith("timeout")
            return [{"type": "hang"}] if late else []
        case _:
            return []


def _speech(started: bool, data: Mapping[str, Any]) -> list[Json]:
    status = "started" if started else "stopped"
    update = {"type": "speech-update", "status": status, "role": data["role"], "turn": data["turn"]}
    if not started or data["role"] != "assistant" or not data.get("text"):
        return [update]
    source = "model" if data.get("source", "model") == "model" else "force-say"
    begun = {"type": "assistant.speechStarted", "text": data["text"], "turn": data["turn"], "source": source}
    return [update, begun]


def _language_change(data: Mapping[str, Any]) -> list[Json]:
    """Only what the recogniser has heard itself, and only when it is another language than before."""
    if not data.get("languageBefore"):
        return []
    return [{"type": "language-change-detected", "language": data["language"]}]


def _transfer(destination: Mapping[str, Any]) -> list[Json]:
    update: Json = {"type": "transfer-update", "destination": destination}
    if destination.get("type") == "assistant":
        return [update]
    return [{"type": "status-update", "status": "forwarding", "destination": destination}, update]


def _turn_metrics(data: Mapping[str, Any]) -> Json:
    """Ours, sent only where it is listed: where the caller's waiting time went."""
    return {
        "type": "turn-metrics",
        "turnId": str(data["turn"]),
        "segments": data["segments"],
        "mouthToEarMs": data["mouthToEarMs"],
    }


def _handoff(data: Mapping[str, Any]) -> list[Json]:
    """Vapi knows of no refusal: a caller who comes back is handed over once more."""
    destination: Json = {"type": "assistant", "assistantName": data["to"]}
    if data.get("message"):
        destination["message"] = data["message"]
    update = {
        "type": "transfer-update",
        "destination": destination,
        "fromAssistant": {"name": data["from"]},
        "toAssistant": {"name": data["to"]},
    }
    return [update, {"type": "assistant.started", "newAssistant": {"name": data["to"]}}]


def _agent_transcript(data: Mapping[str, Any]) -> list[Json]:
    """What the agent said is final once the caller has heard it."""
    if data.get("role") != "bot":
        return []
    who = {name: data.get(name) for name in ("assistantId", "assistantName")}
    return [_transcript({"role": "assistant", "final": True, "text": data["message"], **who})]


def _transcript(data: Mapping[str, Any]) -> Json:
    body: Json = {
        "type": "transcript",
        "role": data["role"],
        "transcriptType": "final" if data["final"] else "partial",
        "transcript": data["text"],
        "isFiltered": bool(data.get("isFiltered")),
    }
    known = ("detectedThreats", "originalTranscript", "assistantId", "assistantName")
    body |= {name: data[name] for name in known if data.get(name)}
    if data.get("confidence") is not None:
        body |= {"confidence": data["confidence"], "confidenceSource": "provider"}
    return body


# ── the conversation so far ──────────────────────────────────────────────────────────────────────────


def conversation_items(event: Event) -> list[Json]:
    """What an event adds to the conversation: call messages in Vapi's shape."""
    moment = {"time": event.at_ms, "secondsFromStart": round(event.t, 3)}
    match event.type:
        case EventType.MESSAGE:
            return [event.data]
        case EventType.TOOL_CALLS:
            calls = [_openai_tool_call(call) for call in event.data["toolCalls"]]
            return [{"role": "tool_calls", "message": "", "toolCalls": calls, **moment}]
        case EventType.TOOL_RESULTS:
            return [_result_item(result) | moment for result in event.data["results"]]
        case _:
            return []


def openai_formatted(conversation: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Vapi's call messages as chat-completion messages; tool arguments become JSON text."""
    formatted = []
    for message in conversation:
        role = str(message.get("role", ""))
        item: Json = {"role": _OPENAI_ROLES.get(role, role), "content": message.get("message", "")}
        if role == "tool_calls":
            item["tool_calls"] = [_openai_tool_call(call) for call in message.get("toolCalls", ())]
        if role == "tool_call_result":
            item |= {"tool_call_id": message.get("toolCallId", ""), "content": message.get("result", "")}
        formatted.append(item)
    return formatted


def _conversation_update(conversation: Sequence[Json] | None) -> list[Json]:
    if conversation is None:
        return []
    formatted = openai_formatted(conversation)
    update = {"type": "conversation-update", "messages": list(conversation)}
    return [{**update, "messagesOpenAIFormatted": formatted}]


def _result_item(result: Mapping[str, Any]) -> Json:
    said = result.get("result", result.get("error", ""))
    item: Json = {
        "role": "tool_call_result",
        "toolCallId": result["toolCallId"],
        "name": result.get("name", ""),
        "result": said if isinstance(said, str) else orjson.dumps(said).decode(),
    }
    facts = {name: result[name] for name in ("durationMs", "error") if name in result}
    if facts:
        item["metadata"] = facts
    if result.get("warnings"):
        item["warnings"] = [{"message": text} for text in result["warnings"]]
    return item


# ── tools ────────────────────────────────────────────────────────────────────────────────────────────


def tool_call_item(call: Mapping[str, Any]) -> Json:
    """A tool call in the superset of the shapes that Vapi's captures, samples and clients show.

    Takes `{id, name, arguments}` or the OpenAI shape; arguments may be an object or JSON text.
    """
    function = call.get("function") or {}
    name = call.get("name") or function.get("name", "")
    arguments = _object(call.get("arguments", function.get("arguments")))
    return {
        "id": call["id"],
        "type": "function",
        "function": {"name": name, "arguments": arguments},
        "name": name,
        "arguments": arguments,
        "parameters": arguments,
    }


def _tool_calls(calls: Iterable[Mapping[str, Any]], tools: Iterable[Mapping[str, Any]]) -> Json:
    items = [tool_call_item(call) for call in calls]
    known = {(tool.get("function") or {}).get("name") or tool.get("name"): tool for tool in tools}
    paired = [{**_definition(known, item["name"]), "name": item["name"], "toolCall": item} for item in items]
    return {
        "type": "tool-calls",
        "toolCalls": items,
        "toolCallList": items,
        "toolWithToolCallList": paired,
    }


def _definition(known: Mapping[Any, Mapping[str, Any]], name: str) -> Json:
    return dict(known.get(name) or {"type": "function", "function": {"name": name}})


def _tool_results(event: Event) -> list[Json]:
    if event.type is not EventType.TOOL_RESULTS:
        return []
    results = event.data["results"]
    done = [
        {
            "type": "tool.completed",
            "toolCallId": result["toolCallId"],
            "name": result.get("name", ""),
            "success": "error" not in result,
        }
        for result in results
    ]
    return [*({"type": "tool-calls-result", "toolCallResult": result} for result in results), *done]


def _openai_tool_call(call: Mapping[str, Any]) -> Json:
    item = tool_call_item(call)
    text = orjson.dumps(item["arguments"]).decode()
    return {"id": item["id"], "type": "function", "function": {"name": item["name"], "arguments": text}}


def _object(arguments: Any) -> Json:
    """Arguments as an object; text that is not a JSON object is kept under `_raw`, never lost."""
    if isinstance(arguments, Mapping):
        return dict(arguments)
    try:
        parsed = orjson.loads(arguments or "{}")
    except orjson.JSONDecodeError:
        return {"_raw": arguments}
    return parsed if isinstance(parsed, dict) else {"_raw": arguments}


# ── seed 001 ─────────────────────────────────────────────────────────────────────────────────────────


def seed_message(event: Event) -> list[Json]:
    """What a client of seed 001's voice sockets is told about one event; often nothing.

    `response` carries what the assistant says, clause by clause as it is given to the voice, the greeting
    included; the sound itself comes as binary frames, so `audio_url` is empty. Statuses: connected,
    listening, thinking, speaking, ended.
    """
    data = event.data
    match event.type:
        case EventType.SESSION_STARTED:
            return [_status("connected")]
        case EventType.SESSION_ENDED:
            return [_status("ended")]
        case EventType.TURN_STARTED:
            return [_status("thinking")]
        case EventType.SPEECH_STARTED:
            return [_status("listening" if data["role"] == "user" else "speaking")]
        case EventType.SPEECH_STOPPED:
            return [_status("listening")] if data["role"] == "assistant" else []
        case EventType.TRANSCRIPT if data["role"] == "user":
            return [{"type": "transcript", "text": data["text"], "is_final": data["final"]}]
        case EventType.MODEL_OUTPUT:
            return [{"type": "response", "text": data["text"], "audio_url": ""}]
        case EventType.TOOL_CALLS:
            return [_function_call(call) for call in data["toolCalls"]]
        case EventType.ERROR:
            return [{"type": "error", "message": data["message"]}]
        case _:
            return []


def _status(status: str) -> Json:
    return {"type": "status", "status": status}


def _function_call(call: Mapping[str, Any]) -> Json:
    item = tool_call_item(call)
    return {
        "type": "function_call",
        "function_name": item["name"],
        "arguments": item["arguments"],
        "call_id": item["id"],
    }
