"""A streamed answer put together from its items. Pure; nothing a vendor sends can make it stumble."""

from collections.abc import Sequence
from typing import Any

from voice_engine.providers.base import Message, ToolCall, Usage
from voice_engine.providers.llm.calls import Calls, as_dict, as_dicts, as_text
from voice_engine.providers.llm.thoughts import Thoughts
from voice_engine.providers.llm.vendors import Vendor

_PLAIN = ("", "stop", "function_call")  # reasons that some vendors give for tool calls too


class Answer:
    """Feed items. `reason` is the vendor's finish reason, `usage` its last count, `id` its word for all this.

    Set `done` when the stream says so; `pieces` grows with everything the model brings forth, thoughts too.
    """

    def __init__(self, name: str = "", vendor: Vendor | None = None) -> None:
        self.reason = self.id = ""
        self.done = False
        self.usage: Usage | None = None
        self.pieces = 0
        self._echo = vendor.echo if vendor else None
        self._ends_with_done = vendor is not None and vendor.ends_with_done
        self._thoughts, self._calls = Thoughts(), Calls(name, self._echo)
        self._kept: Any = None
        self._length = 0

    def feed(self, item: dict[str, Any]) -> str:
        """What this item lets us say."""
        self.id = self.id or id_of(item)
        self.usage = _usage(item.get("usage")) or self.usage
        said = ""
        for choice in as_dicts(item.get("choices")):
            delta = as_dict(choice.get("delta"))
            said += self._thoughts.feed(self._piece(delta.get("content")))
            self._think(delta)
            for call in as_dicts(delta.get("tool_calls")):
                self._piece(self._calls.add(call))
            self.reason = as_text(choice.get("finish_reason")) or self.reason
            self.usage = _usage(choice.get("usage")) or self.usage
        return said

    def rest(self) -> str:
        """What was held back, once the stream is over; the reason is put in order."""
        if self.reason in _PLAIN and (self.reason or (self.done and self._ends_with_done)):
            self.reason = "tool_calls" if self.calls() else "stop"
        return self._thoughts.end()

    def calls(self) -> tuple[ToolCall, ...]:
        """The tools that were asked for, whole."""
        return self._calls.ended(self._kept)

    def used(self, messages: Sequence[Message]) -> Usage:
        """The vendor's count, else an estimate of ours that says so."""
        if self.usage:
            return self.usage
        asked = sum(4 + tokens(m.content) + sum(tokens(c.arguments) for c in m.tool_calls) for m in messages)
        return Usage({"promptTokens": float(asked), "completionTokens": float(-(-self._length // 3))}, True)

    def _think(self, delta: dict[str, Any]) -> None:
        details = as_dicts(delta.get("reasoning_details"))
        for thought in (
            delta.get("reasoning_content") or delta.get("reasoning"),
            *(d.get("text") for d in details),
        ):
            self._piece(thought)
        if self._echo and self._echo.thoughts and (brought := delta.get(self._echo.thoughts)):
            self._kept = _joined(self._kept, brought)

    def _piece(self, value: Any) -> str:
        text = as_text(value)
        self.pieces += bool(text)
        self._length += len(text) if text.isascii() else 2 * len(text)
        return text


def tokens(text: str) -> int:
    """About how many tokens a text has: a third of a Latin letter's, two thirds of a Chinese character's."""
    return -(-sum(1 if char.isascii() else 2 for char in text) // 3)


def id_of(item: dict[str, Any]) -> str:
    """What a vendor calls an answer by, where it stands in the body."""
    found = next((item[name] for name in ("request_id", "trace_id", "sid", "id") if item.get(name)), "")
    return as_text(found)[:100]


def _joined(before: Any, more: Any) -> Any:
    """Thoughts so far and more of them: texts, or objects with texts that belong together by their index."""
    if isinstance(more, str):
        return f"{before}{more}" if isinstance(before, str) else more
    held = {each.get("index", place): each for place, each in enumerate(as_dicts(before))}
    for place, each in enumerate(as_dicts(more)):
        key = each.get("index", place)
        if not isinstance(key, int | str):
            continue
        old, new = as_text(as_dict(held.get(key)).get("text")), as_text(each.get("text"))
        # some say again what they have said before and go on
        held[key] = {
            **as_dict(held.get(key)),
            **each,
            "text": new if old and new.startswith(old) else old + new,
        }
    return list(held.values())


def _usage(value: Any) -> Usage | None:
    if not isinstance(value, dict):
        return None
    cached = _count(as_dict(value.get("prompt_tokens_details")).get("cached_tokens"))
    cached = cached or _count(value.get("prompt_cache_hit_tokens")) or _count(value.get("cached_tokens"))
    quantities = {
        "promptTokens": _count(value.get("prompt_tokens")),
        "completionTokens": _count(value.get("completion_tokens")),
    }
    return Usage({**quantities, "cachedPromptTokens": cached} if cached else quantities)


def _count(value: Any) -> float:
    return float(value) if isinstance(value, int) and 0 < value < 2**53 else 0.0
