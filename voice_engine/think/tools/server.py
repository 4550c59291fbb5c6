"""Asks the customer's server: Vapi's `tool-calls` message and its `results` answer, and what tools ask."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from voice_engine import outbound
from voice_engine.kernel.encryption import encrypted
from voice_engine.kernel.errors import Unavailable
from voice_engine.messages import tool_call_item
from voice_engine.outbound import Answer as HttpAnswer
from voice_engine.providers.base import ToolCall
from voice_engine.servers.ask import Ask, Servers
from voice_engine.spec import SessionSpec, ToolSpec
from voice_engine.think.tools.arguments import arguments
from voice_engine.think.tools.base import Answer, AskServer, CallServer, Json, MakeRequest, ToolAccess
from voice_engine.think.tools.sentences import read_message

_SHAPE = 'The tool\'s server must answer {"results": [{"toolCallId": …, "result": …}]}.'


def tool_access(spec: SessionSpec, servers: Servers) -> ToolAccess:
    """How this session's tools reach the world."""
    return ToolAccess(
        _caller(spec, servers), _asker(spec, servers), _requester(spec, servers), servers.allowed
    )


def _caller(spec: SessionSpec, servers: Servers) -> CallServer:
    """How this session runs tools on servers."""

    async def call(tool: ToolSpec, calls: Sequence[ToolCall]) -> dict[str, Answer]:
        items = [_item(tool, call) for call in calls]
        body = await _post(
            spec,
            tool,
            {
                "type": "tool-calls",
                "toolCallList": items,
                "toolCalls": items,
                "toolWithToolCallList": [_paired(tool, item) for item in items],
            },
            servers,
        )
        try:
            return _results(body, calls)
        except Unavailable:
            if tool.background:  # its result comes by control
                return {}
            raise

    return call


def _asker(spec: SessionSpec, servers: Servers) -> AskServer:
    async def ask(tool: ToolSpec, message: Json) -> Json:
        body = await _post(spec, tool, message, servers)
        try:
            found = orjson.loads(body)
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise Unavailable("tool_answer_malformed", "The tool's server must answer with a JSON object.")
        if isinstance(found.get("error"), str) and found["error"]:
            raise Unavailable("tool_failed", found["error"])
        return found

    return ask


def _requester(spec: SessionSpec, servers: Servers) -> MakeRequest:
    async def request(tool: ToolSpec, url: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        assert tool.request is not None
        proof, method = tool.authentication, tool.request.method
        ask = Ask(url, body, headers, proof, timeout_s=tool.timeout_s, method=method)
        return await servers.request(ask, spec.org_id)

    return request


async def _post(spec: SessionSpec, tool: ToolSpec, message: Json, servers: Servers) -> bytes:
    if not tool.server_url:
        raise Unavailable("tool_failed", f"The tool {tool.name} has no server.")
    common = {"call": {"id": spec.call_id, "orgId": spec.org_id}, **spec.told}
    body = orjson.dumps({"message": {**message, "timestamp": round(time.time() * 1000), **common}})
    signing = servers.signing(spec.org_id, spec.sealed_signing)
    ask = Ask(
        tool.server_url, body, tool.server_headers, tool.authentication, signing, timeout_s=tool.timeout_s
    )
    answer = await servers.request(ask, spec.org_id)
    if not answer.ok:
        raise Unavailable("tool_failed", f"The tool's server answered {answer.status}.")
    if answer.truncated:
        limit = outbound.BODY_LIMIT // 1024
        raise Unavailable("tool_answer_too_large", f"The tool's server answered more than {limit} KiB.")
    return answer.body


def _item(tool: ToolSpec, call: ToolCall) -> Json:
    """The call as the server is told it; what its credential encrypts nobody else can read."""
    given, proof = arguments(call), tool.authentication
    if proof is not None and proof.encryption and proof.encrypted_paths:
        given = encrypted(given, proof.encrypted_paths, proof.encryption["publicKey"]["pem"])
    return tool_call_item({"id": call.id, "name": call.name, "arguments": given})


def _paired(tool: ToolSpec, item: Json) -> Json:
    function = {"name": item["name"], "description": tool.description, "parameters": tool.parameters}
    named = function if item["name"] == tool.name else {"name": item["name"]}
    return {"type": "function", "name": item["name"], "function": named, "toolCall": item}


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────


def _results(body: bytes, calls: Sequence[ToolCall]) -> dict[str, Answer]:
    """Lenient on purpose: objects, line breaks and missing ids are the commonest mistakes of tool servers."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unavailable("tool_answer_malformed", _SHAPE) from error
    if not isinstance(found, Mapping):
        raise Unavailable("tool_answer_malformed", _SHAPE)
    listed = found.get("results", [found] if "result" in found else None)
    if listed is None and found.get("error"):
        return {call.id: Answer(_as_text(found["error"]), failed=True) for call in calls}
    if not isinstance(listed, list) or not all(isinstance(item, Mapping) for item in listed):
        raise Unavailable("tool_answer_malformed", _SHAPE)
    answers: dict[str, Answer] = {}
    for item in listed:
        call_id = str(item.get("toolCallId") or _guessed(item, calls))
        answers[call_id] = _answer(item, guessed="toolCallId" not in item)
    return answers


def _guessed(item: Mapping[str, Any], calls: Sequence[ToolCall]) -> str:
    """Which call a result without an id is for: the only one, or the only one of that name."""
    fitting = [call for call in calls if len(calls) == 1 or call.name == item.get("name")]
    return fitting[0].id if len(fitting) == 1 else ""


def _answer(item: Mapping[str, Any], *, guessed: bool) -> Answer:
    failed = item.get("result") is None and item.get("error") is not None
    text = _as_text(item.get("error") if failed else item.get("result", ""))
    given = item.get("message")
    message = given[0] if isinstance(given, list) and given else given
    warnings = ("The result has no toolCallId.",) if guessed else ()
    return Answer(text, failed, read_message(message), warnings)


def _as_text(value: object) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return " ".join(text.split())
