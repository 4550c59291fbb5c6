"""A vendor of OpenAI's chat completions on loopback.

with OpenAiEmulator("deep-seek") as vendor:
    llm = OpenAiCompatibleLlm(ProviderConfig(api_key="sk-1", base_url=vendor.url, …))
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Self

from tests.emulators.openai.dialect import Answer
from tests.emulators.openai.dialects import DIALECTS
from tests.emulators.openai.grammar import complaints
from tests.emulators.openai.wire import Exchange, Server

Model = Callable[[Sequence[Mapping[str, Any]]], Answer]
Behaviour = Callable[[Exchange], Awaitable[None]]


class OpenAiEmulator:
    """Answers as its `model` says; what stands in `script` comes first, one behaviour for each request.

    `vendor` is a name of DIALECTS. `keys` are the keys it accepts (None: any). `always` replaces the model
    until it is None again. `violations` must be empty after a well-behaved client; `seen` holds the requests.
    """

    def __init__(
        self,
        vendor: str = "custom-llm",
        model: Model | None = None,
        keys: Collection[str] | None = None,
        port: int = 0,
    ) -> None:
        self.vendor, self.dialect = vendor, DIALECTS[vendor]()
        self.model = model or _echo
        self.keys = keys
        self.script: list[Behaviour] = []
        self.always: Behaviour | None = None
        self.seen: list[Exchange] = []
        self.violations: list[str] = []
        self._server = Server(self._handle, port)

    @property
    def url(self) -> str:
        """What goes into `base_url`."""
        return f"http://127.0.0.1:{self._server.port}{self.dialect.path}"

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
        if exchange.method == "HEAD":  # somebody wants a warm connection
            await exchange.whole(405, b"")
            return
        self.seen.append(exchange)
        self.violations += complaints(exchange, self.dialect)
        scheme, _, key = exchange.headers.get("authorization", "").partition(" ")
        if self.keys is not None and (scheme != "Bearer" or key not in self.keys):
            refusal = self.dialect.refusal("auth", "Incorrect API key provided.")
            await exchange.whole(401, refusal.body)
            return
        behave = self.script.pop(0) if self.script else self.always
        await (behave or self.answer)(exchange)

    async def answer(self, exchange: Exchange) -> None:
        """What the model says, as a vendor without a fault says it."""
        body = exchange.json()
        if refusal := self.dialect.forgotten(body):
            self.violations.append(f"refused: {refusal}")
            await exchange.whole(400, refusal)
            return
        await exchange.begin(self.named())
        for text in self.dialect.stream(body, self.model(body["messages"])):
            await exchange.text(text)
        await exchange.end()

    def named(self) -> dict[str, str]:
        """The header that names a request, where this vendor has one."""
        return {self.dialect.id_header: "req-emulated"} if self.dialect.id_header else {}


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


def called(name: str, arguments: Any, **more: Any) -> dict[str, Any]:
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


def _echo(messages: Sequence[Mapping[str, Any]]) -> Answer:
    return f"You said: {messages[-1]['content']}"
