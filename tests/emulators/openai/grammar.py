"""What a well-behaved client of chat completions sends. Complaints are sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.emulators.openai.dialect import Dialect
from tests.emulators.openai.wire import Exchange

_ROLES = ("system", "user", "assistant", "tool")
_KNOWN = {"model", "messages", "stream", "stream_options", "temperature", "tools"}


def complaints(exchange: Exchange, dialect: Dialect) -> Iterator[str]:
    """Everything that is wrong with a request to this vendor."""
    if exchange.method != "POST" or exchange.path != f"{dialect.path}/chat/completions":
        yield f"{exchange.method} {exchange.path} is not POST {dialect.path}/chat/completions"
    if not exchange.headers.get("content-type", "").startswith("application/json"):
        yield "the content type is not JSON"
    if exchange.headers.get("x-stainless-retry-count", "0") != "0":
        yield "the client retries on its own"
    body = exchange.json()
    if not isinstance(body, dict):
        yield "the body is not a JSON object"
        return
    yield from _switches(body, dialect)
    yield from _temperature(body, dialect)
    yield from _messages(body.get("messages"))
    yield from _system(body.get("messages") or (), dialect.system)
    for tool in body.get("tools", ()):
        yield from _tool(tool)
    if body.get("tools") == []:
        yield "tools is empty; OpenAI refuses that"
    yield from dialect.complaints(body)


def _switches(body: Mapping[str, Any], dialect: Dialect) -> Iterator[str]:
    if body.get("stream") is not True:
        yield "stream is not true"
    if dialect.counts == "asked" and body.get("stream_options") != {"include_usage": True}:
        yield "usage in the stream is not asked for"
    if not body.get("model"):
        yield "no model is named"
    if not isinstance(body.get(dialect.limit), int):
        yield f"{dialect.limit} is not a number"
    for name, value in (dialect.thinking_off(str(body.get("model"))) or {}).items():
        if name not in body:
            yield f"{name} is missing: the model may think, want it or not"
        elif type(body[name]) is not type(value):
            yield f"{name} is no switch of this vendor"
    for name in sorted(set(body) - _KNOWN - {dialect.limit} - dialect.knows):
        yield f"{name} is no field of {dialect.name}"


def _temperature(body: Mapping[str, Any], dialect: Dialect) -> Iterator[str]:
    given = body.get("temperature")
    if given is None:
        return
    if dialect.own_temperature:
        yield f"{dialect.name} takes no temperature but its own"
    elif not dialect.coldest <= given <= dialect.hottest:
        yield f"the temperature {given} is outside what {dialect.name} takes"


def _system(messages: Any, where: str) -> Iterator[str]:
    places = [index for index, message in enumerate(messages) if message.get("role") == "system"]
    if where == "first" and places not in ([], [0]):
        yield f"system messages at {places}: only the first message may be one"


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
