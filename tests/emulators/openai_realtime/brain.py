"""What a realtime model says. A brain is told the conversation and answers with words, or asks for a tool."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in the conversation: `role` user, assistant, system or tool."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """The model asks for a tool."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


Brain = Callable[[Sequence[Line], str], str | Call]  # the conversation and the instructions of this response


def echo(lines: Sequence[Line], instructions: str) -> str | Call:
    """Says what it was told to, else what it heard last."""
    if instructions:
        return instructions.rsplit("\n", 1)[-1]
    last = next((line for line in reversed(lines) if line.role in ("user", "tool")), None)
    return f"您说的是：{last.text}" if last else "您好。"
