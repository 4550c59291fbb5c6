"""What a well-behaved client of chat completions sends. Complaints are sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.emulators.openai.wire import Exchange

# vendor → what must stand in the body so that it does not think before it speaks
THINKING_OFF: dict[str, dict[str, Any]] = {
    "openai": {},
    "custom-llm": {},
    "dashscope": {"enable_thinking": False},
    "deep-seek": {"thinking": {"type": "disabled"}},
}
MAX_TOKENS = {"openai": "max_completion_tokens"}  # the others call it max_tokens
_ROLES = ("system", "user", "assistant", "tool")
_KNOWN = {
    "model", "messages", "stream", "stream_options", "temperature", "tools", "max_tokens", "metadata",
    "max_completion_tokens", "enable_thinking", "thinking", "reasoning_effort", "prompt_cache_key",
    "prompt_cache_retention", "customer",
}  # fmt: skip


def complaints(exchange: Exchange, vendor: str) -> Iterator[str]:
    """Everything that is wrong with a request to this vendor."""
    if exchange.method != "POST" or not exchange.path.endswith("/chat/completions"):
        yield f"{exchange.method} {exchange.path} is not POST …/chat/completions"
    if not exchange.headers.get("content-type", "").startswith("application/json"):
        yield "the content type is not JSON"
    if "x-stainless-retry-count" in exchange.headers and exchange.headers["x-stainless-retry-count"] != "0":
        yield "the client retries on its own"
    body = exchange.json()
    if not isinstance(body, dict):
        yield "the body is not a JSON object"
        return
    yield from _switches(body, vendor)
    yield from _messages(body.get("messages"))
    for tool in body.get("tools", ()):
        yield from _tool(tool)
    if body.get("tools") == []:
        yield "tools is empty; OpenAI refuses that"


def _switches(body: Mapping[str, Any], vendor: str) -> Iterator[str]:
    if body.get("stream") is not True:
        yield "stream is not true"
    if body.get("stream_options") != {"include_usage": True}:
        yield "usage in the stream is not asked for"
    if not body.get("model"):
        yield "no model is named"
    wanted = MAX_TOKENS.get(vendor, "max_tokens")
    if not isinstance(body.get(wanted), int):
        yield f"{wanted} is not a number"
    for name in {"max_tokens", "max_completion_tokens"} - {wanted}:
        if name in body:
            yield f"{name} is not this vendor's field"
    for name, value in THINKING_OFF[vendor].items():
        if body.get(name) != value:
            yield f"{name} does not switch thinking off"
    for name in sorted(set(body) - _KNOWN):
        yield f"{name} is no field of chat completions"


def _messages(messages: Any) -> Iterator[str]:
    if not isinstance(messages, list) or not messages:
        yield "there are no messages"
        return
    asked: list[str] = []
    for index, message in enumerate(messages):
        role = message.get("role")
        if role not in _ROLES:
            yield f"messages[{index}] has the role {role!r}"
        if not isinstance(message.get("content"), str):
            yield f"messages[{index}].content is not a text"
        if "tool_calls" in message:
            calls = message["tool_calls"]
            if role != "assistant" or not calls:
                yield f"messages[{index}] may not have tool_calls"
            asked = [call["id"] for call in calls]
            for call in calls:
                yield from _call(index, call)
        if role == "tool" and message.get("tool_call_id") not in asked:
            yield f"messages[{index}] answers a call that was not asked"


def _call(index: int, call: Mapping[str, Any]) -> Iterator[str]:
    function = call.get("function", {})
    if call.get("type") != "function" or not function.get("name") or not call.get("id"):
        yield f"messages[{index}] has a malformed tool call"
    if not isinstance(function.get("arguments"), str):
        yield f"messages[{index}]: arguments must be JSON text"


def _tool(tool: Mapping[str, Any]) -> Iterator[str]:
    function = tool.get("function", {})
    if tool.get("type") != "function" or not function.get("name"):
        yield "a tool is malformed"
    elif function.get("parameters", {}).get("type") != "object":
        yield f"the parameters of {function['name']} are no object schema"
