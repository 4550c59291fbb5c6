"""A streamed answer put together from its items. Pure; nothing a vendor sends can make it stumble."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from voice_engine.providers.base import Message, ToolCall, Usage
from voice_engine.providers.llm.thoughts import Thoughts


@dataclass(slots=True)
class _Part:
    index: int | None
    id: str = ""
    name: str = ""
    arguments: str = ""


class Answer:
    """Feed items; `reason` is the vendor's finish reason, `usage` its last count."""

    def __init__(self) -> None:
        self.reason = ""
        self.usage: Usage | None = None
        self.pieces = 0
        self._thoughts, self._calls = Thoughts(), _Calls()
        self._length = 0

    def feed(self, item: dict[str, Any]) -> str:
        """What this item lets us say. `pieces` grows with everything the model brings forth, thoughts too."""
        self.usage = _usage(item.get("usage")) or self.usage
        said = ""
        for choice in _dicts(item.get("choices")):
            delta = _dict(choice.get("delta"))
            said += self._thoughts.feed(self._piece(delta.get("content")))
            self._piece(delta.get("reasoning_content") or delta.get("reasoning"))
            for call in _dicts(delta.get("tool_calls")):
                self._piece(self._calls.add(call))
            self.reason = _text(choice.get("finish_reason")) or self.reason
            self.usage = _usage(choice.get("usage")) or self.usage
        return said

    def rest(self) -> str:
        """What was held back, once the stream is over."""
        return self._thoughts.end()

    def calls(self) -> tuple[ToolCall, ...]:
        """The tools that were asked for, whole."""
        return self._calls.whole()

    def used(self, messages: Sequence[Message]) -> Usage:
        """The vendor's count, else an estimate of ours that says so."""
        if self.usage:
            return self.usage
        asked = sum(4 + tokens(m.content) + sum(tokens(c.arguments) for c in m.tool_calls) for m in messages)
        return Usage({"promptTokens": float(asked), "completionTokens": float(-(-self._length // 3))}, True)

    def _piece(self, value: Any) -> str:
        text = _text(value)
        self.pieces += bool(text)
        self._length += len(text) if text.isascii() else 2 * len(text)
        return text


class _Calls:
    """Tool calls put together from pieces; later pieces may come without index, id or name."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []

    def add(self, piece: dict[str, Any]) -> str:
        """Take one piece; gives what it brought."""
        part, function = self._part(piece), _dict(piece.get("function"))
        part.id = part.id or _text(piece.get("id"))
        part.name = part.name or _text(function.get("name"))
        arguments = _text(function.get("arguments"))
        part.arguments += arguments
        return arguments or part.name

    def whole(self) -> tuple[ToolCall, ...]:
        return tuple(
            ToolCall(part.id or f"call_{place}", part.name, part.arguments)
            for place, part in enumerate(self._parts)
        )

    def _part(self, piece: dict[str, Any]) -> _Part:
        """By id, which is sure, else by index; some vendors give every call the index 0."""
        call_id, index = _text(piece.get("id")), piece.get("index")
        index = index if isinstance(index, int) else None
        candidates = [p for p in self._parts if not call_id or p.id in ("", call_id)]
        if index is not None:
            candidates = [p for p in candidates if p.index == index]
        if not candidates:
            self._parts.append(_Part(index))
            return self._parts[-1]
        return next((p for p in candidates if call_id and p.id == call_id), candidates[-1])


def tokens(text: str) -> int:
    """About how many tokens a text has: a third of a Latin letter's, two thirds of a Chinese character's."""
    return -(-sum(1 if char.isascii() else 2 for char in text) // 3)


def _usage(value: Any) -> Usage | None:
    if not isinstance(value, dict):
        return None
    cached = _count(_dict(value.get("prompt_tokens_details")).get("cached_tokens"))
    cached = cached or _count(value.get("prompt_cache_hit_tokens"))
    quantities = {
        "promptTokens": _count(value.get("prompt_tokens")),
        "completionTokens": _count(value.get("completion_tokens")),
    }
    return Usage({**quantities, "cachedPromptTokens": cached} if cached else quantities)


def _count(value: Any) -> float:
    return float(value) if isinstance(value, int) and 0 < value < 2**53 else 0.0


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
