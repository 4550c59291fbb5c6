"""A vendor of OpenAI's chat completions on loopback.

with OpenAiEmulator("deep-seek") as vendor:
    llm = OpenAiCompatibleLlm(ProviderConfig(api_key="sk-1", base_url=vendor.url, …))
"""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Self

from tests.emulators.openai.grammar import complaints
from tests.emulators.openai.wire import Exchange, Server

Answer = str | tuple[str, Mapping[str, Any]]
Model = Callable[[Sequence[Mapping[str, Any]]], Answer]
Behaviour = Callable[[Exchange], Awaitable[None]]
PIECE = 4  # characters in one chunk


class OpenAiEmulator:
    """Answers as its `model` says; what stands in `script` comes first, one behaviour for each request.

    `keys` are the keys it accepts (None: any). `always` replaces the model until it is None again.
    `violations` must be empty after a well-behaved client; `seen` holds the requests.
    """

    def __init__(
        self, vendor: str = "custom-llm", model: Model | None = None, keys: Collection[str] | None = None
    ) -> None:
        self.vendor = vendor
        self.model = model or _echo
        self.keys = keys
        self.script: list[Behaviour] = []
        self.always: Behaviour | None = None
        self.seen: list[Exchange] = []
        self.violations: list[str] = []
        self._server = Server(self._handle)

    @property
    def url(self) -> str:
        """What goes into `base_url`."""
        return f"http://127.0.0.1:{self._server.port}/v1"

    @property
    def connections(self) -> int:
        """How many TCP connections were made so far."""
        return self._server.connections

    @property
    def bodies(self) -> list[Any]:
        """The requests' bodies."""
        return [exchange.json() for exchange in self.seen]

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()

    async def _handle(self, exchange: Exchange) -> None:
        self.seen.append(exchange)
        self.violations += complaints(exchange, self.vendor)
        scheme, _, key = exchange.headers.get("authorization", "").partition(" ")
        if self.keys is not None and (scheme != "Bearer" or key not in self.keys):
            await exchange.whole(401, error("invalid_api_key", "Incorrect API key provided."))
            return
        behave = self.script.pop(0) if self.script else self.always
        await (behave or self._answer)(exchange)

    async def _answer(self, exchange: Exchange) -> None:
        body = exchange.json()
        answer = self.model(body["messages"])
        await exchange.begin({"x-request-id": "req-emulated"})
        await exchange.event(said("", role="assistant"))
        for delta in deltas(answer):
            await exchange.event(chunk(delta))
        await finish(exchange, "stop" if isinstance(answer, str) else "tool_calls")


async def finish(exchange: Exchange, reason: str = "stop", usage: bool = True) -> None:
    """The end of a whole answer: reason, usage, [DONE]."""
    await exchange.event(chunk({}, reason))
    if usage:
        await exchange.event({**chunk({}), "choices": [], "usage": counted(9, 4, cached=3)})
    await exchange.text("data: [DONE]\n\n")
    await exchange.end()


def chunk(delta: Mapping[str, Any], reason: str | None = None) -> dict[str, Any]:
    """One chat.completion.chunk."""
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**head, "choices": [choice], "usage": None}


def said(text: str, **more: Any) -> dict[str, Any]:
    """A chunk of text."""
    return chunk({"content": text, **more})


def called(name: str, arguments: str, **more: Any) -> dict[str, Any]:
    """A chunk with a piece of one tool call: `index` and `id` go into `more`."""
    call = {"type": "function", "function": {"name": name, "arguments": arguments}, **more}
    return chunk({"tool_calls": [call]})


def counted(prompt: int, completion: int, cached: int = 0) -> dict[str, Any]:
    """The usage object."""
    details = {"prompt_tokens_details": {"cached_tokens": cached}} if cached else {}
    total = prompt + completion
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total, **details}


def error(
    code: str, message: str = "refused as ordered", kind: str = "invalid_request_error"
) -> dict[str, Any]:
    """The error object most vendors send."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def deltas(answer: Answer) -> list[dict[str, Any]]:
    """An answer in pieces; after its first piece a tool call has neither id nor name."""
    if isinstance(answer, str):
        return [{"content": answer[at : at + PIECE]} for at in range(0, len(answer), PIECE)]
    name, arguments = answer
    text = json.dumps(arguments, ensure_ascii=False)
    first = {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}}
    rest = [
        {"index": 0, "id": "", "function": {"name": "", "arguments": text[at : at + PIECE]}}
        for at in range(0, len(text), PIECE)
    ]
    return [{"content": None, "tool_calls": [call]} for call in (first, *rest)]


def _echo(messages: Sequence[Mapping[str, Any]]) -> Answer:
    return f"You said: {messages[-1]['content']}"
