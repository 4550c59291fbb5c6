"""The conversation as a vendor wants to read it: its roles, and what it said to itself. Pure."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from voice_engine.providers.base import Message
from voice_engine.providers.llm.vendors import Vendor

Json = dict[str, Any]


def context(messages: Sequence[Message], name: str, vendor: Vendor, *, thinks: bool) -> list[Json]:
    """The field `messages`."""
    told = [_wire(message, name, vendor, thinks) for message in messages]
    if vendor.system != "anywhere":
        told = list(_without_late_system(told, vendor.system == "first"))
    if vendor.opening:
        told = _alternating(told, vendor.opening)
    return told


def _wire(said: Message, name: str, vendor: Vendor, thinks: bool) -> Json:
    shape: Json = {"role": said.role, "content": said.content}
    if said.tool_calls:
        shape["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments or "{}"},
            }
            for call in said.tool_calls
        ]
        if vendor.echo:
            _echo(shape, said, name, vendor, thinks)
    if said.role == "tool":
        shape["tool_call_id"] = said.tool_call_id
    return shape


def _echo(shape: Json, said: Message, name: str, vendor: Vendor, thinks: bool) -> None:
    """Give the vendor back what it attached to these calls; nothing that another vendor has."""
    assert vendor.echo
    kept = [json.loads(call.echo) if call.echo else {} for call in said.tool_calls]
    own = [each if each.get("vendor") == name else {} for each in kept]
    for call, each in zip(shape["tool_calls"], own, strict=True):
        shape.update(each.get("message", {}))
        call.update(each.get("call", {}))
    if vendor.echo.thoughts and vendor.echo.thoughts not in shape and thinks:
        shape.update(vendor.echo.missing)
    if vendor.echo.call and not any(each.get("call") for each in own):
        shape["tool_calls"][0].update(vendor.echo.missing_call)


def _without_late_system(told: Sequence[Json], first: bool) -> Iterator[Json]:
    """System messages of the beginning as one, or none at all; the others in the user's place."""
    opening = 0
    while opening < len(told) and told[opening]["role"] == "system":
        opening += 1
    prompt = "\n\n".join(message["content"] for message in told[:opening])
    if prompt:
        yield {"role": "system" if first else "user", "content": prompt}
    for message in told[opening:]:
        late = message["role"] == "system"
        yield {"role": "user", "content": f"[system] {message['content']}"} if late else message


def _alternating(told: Sequence[Json], opening: str) -> list[Json]:
    """Neighbours of one role become one message; the user begins."""
    made: list[Json] = []
    for message in told:
        before = made[-1] if made else {"role": ""}
        if message["role"] == before["role"] and not ({"tool_calls", "tool_call_id"} & {*message, *before}):
            made[-1] = {**before, "content": f"{before['content']}\n{message['content']}"}
            continue
        if message["role"] == "assistant" and before["role"] in ("", "system"):
            made.append({"role": "user", "content": opening})
        made.append(message)
    return made
