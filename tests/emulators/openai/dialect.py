"""How a vendor speaks OpenAI's protocol: what it wants to be asked, and in which shapes it answers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from voice_engine.kernel.errors import ProviderErrorKind

Json = dict[str, Any]
Answer = str | tuple[str, Mapping[str, Any]]
Codes = Mapping[ProviderErrorKind, tuple[int, str]]
PIECE = 4  # characters in one chunk
THOUGHT = ("The caller wants ", "to know something.")


@dataclass(frozen=True)
class Refusal:
    """A failure in a vendor's words. A status of 200 means in band; `streamed`, as an item of the stream."""

    status: int
    body: Any
    code: str
    streamed: bool = False


class Dialect:
    """OpenAI itself; the others differ.

    `path`: where it is. `limit`: its field for the longest reply. `counts`: asked (only when asked to), free.
    `coldest`, `hottest`: temperatures it takes; `own_temperature`: none but its own. `system`: where system
    messages may stand (anywhere, first). `knows`: fields of its own. `id_header`: names a request, or none.
    """

    name: ClassVar[str] = "openai"
    path: ClassVar[str] = "/v1"
    model: ClassVar[str] = "gpt-5.6-luna"
    limit: ClassVar[str] = "max_completion_tokens"
    counts: ClassVar[str] = "asked"
    coldest: ClassVar[float] = 0.0
    hottest: ClassVar[float] = 2.0
    own_temperature: ClassVar[bool] = False
    system: ClassVar[str] = "anywhere"
    knows: ClassVar[frozenset[str]] = frozenset(
        {"reasoning_effort", "prompt_cache_key", "prompt_cache_retention"}
    )
    id_header: ClassVar[str] = "x-request-id"
    id_prefix: ClassVar[str] = "chatcmpl-"
    refusals: ClassVar[Codes] = {
        "auth": (401, "invalid_api_key"),
        "quota": (429, "insufficient_quota"),
        "rate_limit": (429, "rate_limit_exceeded"),
        "moderation": (400, "content_policy_violation"),
        "bad_request": (404, "model_not_found"),
        "server": (500, "server_error"),
    }

    def __init__(self) -> None:
        self.answers = 0
        self._attached: dict[str, Any] = {}  # call id → what must come back with it

    # ── what it wants ──

    def thinking_off(self, model: str) -> Json | None:
        """The fields without which it thinks; None for a model that always does."""
        return {"reasoning_effort": "none"}

    def complaints(self, body: Json) -> Iterator[str]:
        """What else is wrong with a request to this vendor."""
        return iter(())

    def thinks(self, body: Json) -> bool:
        """Whether the model thinks first."""
        off = self.thinking_off(body["model"])
        return off is None or any(body.get(name) != value for name, value in off.items())

    def forgotten(self, body: Json) -> Json | None:
        """The refusal (400) of a request that does not bring back what an earlier answer attached."""
        return None

    # ── what it says ──

    def stream(self, body: Json, answer: Answer) -> Iterator[str]:
        """The whole answer, piece by piece as it goes over the wire."""
        self.answers += 1
        yield self.item(self.chunk({"role": "assistant", "content": ""}))
        if self.thinks(body):
            for place, thought in enumerate(THOUGHT):
                yield self.item(self.chunk(self.thought(thought, place, body)))
        for delta in self.words(answer) if isinstance(answer, str) else self.call(*answer, body):
            yield self.item(self.chunk(delta))
        yield from self.ending("stop" if isinstance(answer, str) else "tool_calls", body)
        yield "data: [DONE]\n\n"

    def item(self, item: Json) -> str:
        """One event."""
        return f"data: {json.dumps(item, ensure_ascii=False)}\n\n"

    def chunk(self, delta: Json, reason: str | None = None) -> Json:
        """One object of the stream."""
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        head = {
            "id": f"{self.id_prefix}{self.answers}",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
        }
        return {**head, "choices": [choice]}

    def words(self, text: str) -> Iterator[Json]:
        """Text in deltas."""
        return ({"content": text[at : at + PIECE]} for at in range(0, len(text), PIECE))

    def thought(self, text: str, place: int, body: Json) -> Json:
        """A thought as a delta."""
        return {"content": None, "reasoning_content": text}

    def call(self, name: str, arguments: Mapping[str, Any], body: Json) -> Iterator[Json]:
        """A tool call in deltas: here in pieces, of which only the first has id and name."""
        text = json.dumps(arguments, ensure_ascii=False)
        first = {
            "id": f"call_{self.answers}",
            "type": "function",
            "function": {"name": name, "arguments": ""},
        }
        rest = [{"function": {"arguments": text[at : at + PIECE]}} for at in range(0, len(text), PIECE)]
        return ({"content": None, "tool_calls": [{"index": 0, **call}]} for call in (first, *rest))

    def whole(self, name: str, arguments: Mapping[str, Any]) -> Iterator[Json]:
        """A tool call in one delta, as some have it."""
        function = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
        yield {
            "tool_calls": [
                {"index": 0, "id": f"call_{self.answers}", "type": "function", "function": function}
            ]
        }

    def ending(self, reason: str, body: Json) -> Iterator[str]:
        """The reason, and the count."""
        yield self.item(self.chunk({}, reason))
        if body.get("stream_options", {}).get("include_usage") or self.counts == "free":
            yield self.item({**self.chunk({}), "choices": [], "usage": self.usage()})

    def usage(self) -> Json:
        """What it counted: 9 in, 3 of them from its cache, and 4 out."""
        return {
            "prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13,
            "prompt_tokens_details": {"cached_tokens": 3},
        }  # fmt: skip

    def refusal(self, kind: ProviderErrorKind, message: str = "refused as ordered") -> Refusal:
        """How it says that something failed."""
        status, code = self.refusals[kind]
        return Refusal(status, self.error(code, message), code)

    def error(self, code: str, message: str) -> Any:
        """Its error object."""
        return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}
