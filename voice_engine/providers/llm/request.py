"""What is asked, in the words of chat completions. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from voice_engine.providers.base import Message, ProviderConfig, Tool

# the assistant's words → the wire's
_KNOBS = {
    "reasoningEffort": "reasoning_effort",
    "promptCacheKey": "prompt_cache_key",
    "promptCacheRetention": "prompt_cache_retention",
}


def extra_body(config: ProviderConfig, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that differ between vendors: limit, thinking, knobs, metadata."""
    options = config.options
    thinking = row.get("thinking_on" if options.get("enableThinking") else "thinking_off", {})
    knobs = {wire: options[name] for name, wire in _KNOBS.items() if options.get(name) is not None}
    return {
        row.get("max_tokens", "max_tokens"): config.max_tokens,
        **thinking,
        **knobs,
        **_metadata(options),
        **options.get("extraBody", {}),
    }


def _metadata(options: Mapping[str, Any]) -> dict[str, Any]:
    """Who is calling, for a tenant's own model."""
    mode, customer = options.get("metadataSendMode", "off"), options.get("customer")
    if mode == "off" or not customer:
        return {}
    known = {"customer": dict(customer)}
    return known if mode == "destructured" else {"metadata": known}


def message(said: Message) -> dict[str, Any]:
    """One message of the context."""
    shape: dict[str, Any] = {"role": said.role, "content": said.content}
    if said.tool_calls:
        shape["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in said.tool_calls
        ]
    if said.role == "tool":
        shape["tool_call_id"] = said.tool_call_id
    return shape


def offers(tools: Sequence[Tool]) -> dict[str, Any]:
    """The field `tools`, or nothing: an empty list is refused by some."""
    functions = [
        {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
        for tool in tools
    ]
    return {"tools": [{"type": "function", "function": each} for each in functions]} if functions else {}
