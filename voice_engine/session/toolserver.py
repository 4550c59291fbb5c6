"""Asks the customer's server to run a tool: Vapi's `tool-calls` message and its `results` answer."""

import time
from collections.abc import Sequence
from typing import Any

import orjson

from voice_engine import outbound
from voice_engine.kernel.errors import Unavailable
from voice_engine.messages import tool_call_item
from voice_engine.providers.base import ToolCall
from voice_engine.spec import SessionSpec, ToolSpec
from voice_engine.think.tools.arguments import arguments
from voice_engine.think.tools.base import CallServer


def tool_server(spec: SessionSpec, allowed: Sequence[str]) -> CallServer:
    """How this session reaches tool servers; `allowed` are private networks it may enter."""

    async def call(tool: ToolSpec, calls: Sequence[ToolCall]) -> dict[str, str]:
        body = orjson.dumps({"message": _message(spec, calls)})
        headers = {"Content-Type": "application/json", **tool.server_headers}
        answer = await outbound.post(
            tool.server_url, body, headers, allowed=allowed, timeout_s=tool.timeout_s
        )
        if not answer.ok:
            raise Unavailable("tool_failed", f"The tool's server answered {answer.status}.")
        return _results(answer.body)

    return call


def _message(spec: SessionSpec, calls: Sequence[ToolCall]) -> dict[str, Any]:
    items = [tool_call_item({"id": c.id, "name": c.name, "arguments": arguments(c)}) for c in calls]
    return {
        "type": "tool-calls",
        "timestamp": round(time.time() * 1000),
        "toolCallList": items,
        "toolCalls": items,
        "call": {"id": spec.call_id, "orgId": spec.org_id},
    }


def _results(body: bytes) -> dict[str, str]:
    """Lenient on purpose: objects and line breaks in results are the commonest mistakes of tool servers."""
    try:
        results = orjson.loads(body)["results"]
        return {r["toolCallId"]: _as_text(r.get("result", r.get("error", ""))) for r in results}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        sentence = 'The tool\'s server must answer {"results": [{"toolCallId": …, "result": …}]}.'
        raise Unavailable("tool_answer_malformed", sentence) from error


def _as_text(value: object) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return " ".join(text.split())
