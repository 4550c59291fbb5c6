"""Any model behind OpenAI's chat completions, through the official SDK.

Deadlines are ours: `timeout_s` to the first piece, TOKEN_S between pieces (comments that keep a connection
alive do not count). Never retried here. Thoughts never come out; usage comes last.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import openai
import yaml
from openai import AsyncStream
from openai.types.chat import ChatCompletionChunk

from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import Delta, Message, ProviderConfig, Tool, ToolCall, Usage
from voice_engine.providers.llm import connections, faults
from voice_engine.providers.llm.thoughts import Thoughts

TOKEN_S = 5.0
FINISHED = {"stop", "length", "tool_calls", "function_call"}


@cache
def vendors() -> dict[str, dict[str, Any]]:
    """The table of vendors."""
    table: dict[str, dict[str, Any]] = yaml.safe_load(
        files("voice_engine.providers.llm").joinpath("vendors.yaml").read_text()
    )
    return table


class OpenAiCompatibleLlm:
    """One model of one vendor. `options`: provider (a row of the table), allowedTargets, extraBody."""

    def __init__(self, config: ProviderConfig) -> None:
        self.vendor = str(config.options.get("provider", "openai"))
        self._row = vendors().get(self.vendor, {})
        self._model = config.model or self._row.get("model", "")
        if successor := self._row.get("retired", {}).get(self._model):
            sentence = f"{self.vendor} has retired {self._model}; use {successor}."
            raise BadRequest("model_retired", sentence)
        self._base_url = config.base_url or self._row.get("base_url", "")
        if not self._base_url:
            raise BadRequest("model_url_missing", f"A {self.vendor} model needs its url.")
        self._config = config
        # Only a tenant's own address is guarded; the others stand in our table or our settings.
        allowed = tuple(config.options.get("allowedTargets", ()))
        self._guard = allowed if self.vendor == "custom-llm" else None

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        """The reply as it is generated."""
        try:
            async with asyncio.timeout(self._config.timeout_s):
                stream = await self._ask(messages, tools)
        except TimeoutError as error:
            raise self._late("answer") from error
        except openai.OpenAIError as error:
            raise faults.of_exception(error, self.vendor) from error
        except BadRequest as refused:  # the guard of addresses that tenants choose
            raise ProviderError("bad_request", self.vendor, refused.message) from refused
        try:
            async for delta in self._deltas(stream):
                yield delta
        finally:
            await stream.close()

    async def _ask(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncStream[ChatCompletionChunk]:
        config = self._config
        client = connections.client(self._base_url, config.api_key, self._guard)
        body: dict[str, Any] = {
            self._row.get("max_tokens", "max_tokens"): config.max_tokens,
            **self._row.get("thinking_off", {}),
            **dict(config.options.get("extraBody", {})),
        }
        shaped: Any = [_message(message) for message in messages]
        if tools:
            body["tools"] = [_tool(tool) for tool in tools]
        return await client.chat.completions.create(
            model=self._model,
            messages=shaped,
            stream=True,
            stream_options={"include_usage": True},
            temperature=config.temperature,
            extra_headers=dict(config.headers),
            extra_body=body,
        )

    async def _deltas(self, stream: AsyncStream[ChatCompletionChunk]) -> AsyncIterator[Delta]:
        thoughts, calls, reason = Thoughts(), _Calls(), ""
        usage: Usage | None = None
        async for chunk in self._chunks(stream):
            usage = _usage(chunk) or usage
            for choice in chunk.choices or ():
                calls.add(choice.delta.tool_calls or ())
                reason = choice.finish_reason or reason
                if said := thoughts.feed(choice.delta.content or ""):
                    yield Delta(text=said)
        if said := thoughts.end():
            yield Delta(text=said)
        self._judge(reason)
        if whole := calls.whole():
            yield Delta(tool_calls=whole)
        yield Delta(
            usage=usage or Usage({"promptTokens": 0, "completionTokens": 0}, True), finish_reason=reason
        )

    async def _chunks(self, stream: AsyncStream[ChatCompletionChunk]) -> AsyncIterator[ChatCompletionChunk]:
        """Chunks with a deadline for each; errors inside the stream are raised."""
        chunks = aiter(stream)
        patience = self._config.timeout_s
        while True:
            try:
                async with asyncio.timeout(patience):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise self._late("go on") from error
            except (openai.OpenAIError, ValueError) as error:
                raise faults.of_exception(error, self.vendor) from error
            except connections.httpx2.HTTPError as error:
                raise ProviderError("network", self.vendor, f"{self.vendor} broke off.") from error
            if fault := faults.of_body(chunk.model_extra, self.vendor):
                raise fault
            patience = TOKEN_S
            yield chunk

    def _judge(self, reason: str) -> None:
        if reason in ("content_filter", "sensitive"):
            sentence = f"{self.vendor} stopped the answer: its moderation objects."
            raise ProviderError("moderation", self.vendor, sentence, vendor_code=reason)
        if reason not in FINISHED:
            sentence = f"{self.vendor} broke off in the middle of the answer."
            raise ProviderError("network", self.vendor, sentence, vendor_code=reason)

    def _late(self, verb: str) -> ProviderError:
        return ProviderError("timeout", self.vendor, f"{self.vendor} did not {verb} in time.")


class _Calls:
    """Tool calls put together from pieces; later pieces may come without index, id or name."""

    def __init__(self) -> None:
        self._parts: dict[int, dict[str, str]] = {}

    def add(self, pieces: Iterable[Any]) -> None:
        for piece in pieces:
            index = piece.index if piece.index is not None else self._place(piece.id)
            part = self._parts.setdefault(index, {"id": "", "name": "", "arguments": ""})
            function = piece.function
            part["id"] = piece.id or part["id"]
            part["name"] = (function and function.name) or part["name"]
            part["arguments"] += (function and function.arguments) or ""

    def whole(self) -> tuple[ToolCall, ...]:
        return tuple(
            ToolCall(part["id"] or f"call_{index}", part["name"], part["arguments"])
            for index, part in sorted(self._parts.items())
        )

    def _place(self, call_id: str | None) -> int:
        known = {part["id"]: index for index, part in self._parts.items()}
        if call_id in known:
            return known[call_id]
        return len(self._parts) if call_id or not self._parts else len(self._parts) - 1


def _message(message: Message) -> dict[str, Any]:
    shape: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        shape["tool_calls"] = [
            {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": c.arguments or "{}"}}
            for c in message.tool_calls
        ]
    if message.role == "tool":
        shape["tool_call_id"] = message.tool_call_id
    return shape


def _tool(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}


def _usage(chunk: ChatCompletionChunk) -> Usage | None:
    if chunk.usage is None:
        return None
    details = chunk.usage.prompt_tokens_details
    cached = (details.cached_tokens or 0) if details else 0
    quantities = {
        "promptTokens": float(chunk.usage.prompt_tokens),
        "completionTokens": float(chunk.usage.completion_tokens),
    }
    return Usage({**quantities, "cachedPromptTokens": float(cached)} if cached else quantities)
