"""Any model behind OpenAI's chat completions. The official SDK asks; the stream is read here.

(The SDK makes an object tree of every token: 105 µs where reading takes 10, and it takes a JSON error that
comes with status 200 for an empty stream.)

Deadlines are ours: `timeout_s` to the first token, TOKEN_S between tokens (comments that keep a connection
alive do not count). Never retried here. Thoughts never come out; usage comes last.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import httpx
import openai
import orjson
from openai import AsyncOpenAI

from voice_engine import outbound
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import Delta, Message, ProviderConfig, Tool
from voice_engine.providers.connections import reach
from voice_engine.providers.llm import connections, faults, oauth, request
from voice_engine.providers.llm.answer import Answer
from voice_engine.providers.llm.context import context
from voice_engine.providers.llm.sse import Items
from voice_engine.providers.llm.vendors import Vendor, refuse_retired, vendor_of
from voice_engine.servers.tokens import Client

TOKEN_S = 5.0
USAGE_S = 1.0  # after the finish reason the answer is whole; only the count may be missing
DRAIN_S = 0.1  # for the end of the body, without which the connection cannot be used again
_ALIVE = Delta()
_BROKEN = ("", "network_error", "insufficient_system_resource", "error")
_MODERATED = ("content_filter", "sensitive")


class OpenAiCompatibleLlm:
    """One model of one vendor of the table (vendors.yaml), or of any other address.

    `options`: provider (the vendor's name), guarded (the address is a tenant's own), allowedTargets,
    enableThinking, region, extraBody (fields handed on as they are), authenticationPlan (OAuth 2.0; its
    clientSecret is one of the `secrets`), and the vendor's knobs. Billed are the tokens the vendor counts.
    Raises BadRequest: a retired model, a missing or forbidden address, an impossible header, a wrong option.
    """

    def __init__(self, config: ProviderConfig) -> None:
        self.vendor = str(config.options.get("provider", "openai"))
        self._model = config.model or vendor_of(self.vendor).model
        refuse_retired(self.vendor, self._model)
        self._row = vendor_of(self.vendor, self._model)
        self._base_url = request.address(config, self._row, self.vendor)
        self._config = config
        self._guard = _guard(config, self.vendor)
        if self._guard is not None:
            outbound.check_url(self._base_url, self._guard)
        _check_headers(config)
        self._headers = _headers(config, self._row)
        self._settings = request.settings(config, self._row, self.vendor)
        own = self.vendor == oauth.VENDOR and not _authorized(config.headers)
        self._plan = oauth.plan_of(config) if own else None
        self._sdk: AsyncOpenAI | None = None

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        """The reply as it is generated."""
        patience = _Patience(self._config.timeout_s)
        response = await self._ask(self._body(messages, tools), patience)
        raw = response.aiter_bytes()
        try:
            answer = Answer(self.vendor, self._row)
            async with aclosing(self._texts(response, raw, answer, patience)) as texts:  # type: ignore[type-var]
                async for text in texts:
                    yield Delta(text=text) if text else _ALIVE
            self._judge(answer, response)
            if calls := answer.calls():
                yield Delta(tool_calls=calls)
            yield Delta(usage=answer.used(messages), finish_reason=answer.reason)
            await _drain(raw)
        finally:
            await raw.aclose()  # type: ignore[attr-defined]
            await response.aclose()

    def _body(self, messages: Sequence[Message], tools: Sequence[Tool]) -> dict[str, Any]:
        thinks = self._config.options.get("enableThinking") is True
        said = context(messages, self.vendor, self._row, thinks=thinks)
        return {**self._settings, "messages": said, **request.offers(tools, self._row)}

    async def _ask(self, body: dict[str, Any], patience: "_Patience") -> httpx.Response:
        try:
            async with asyncio.timeout_at(patience.until):
                if self._plan is None:
                    return await self._post(body, self._headers)
                return await self._post_with_token(self._plan, body)
        except TimeoutError as error:
            raise self._late("did not answer in time") from error
        except openai.OpenAIError as error:
            raise faults.of_exception(error, self.vendor) from error
        except BadRequest as refused:  # the guard of addresses that tenants choose
            raise faults.fault("bad_request", self.vendor, refused.message) from refused

    async def _post(self, body: dict[str, Any], headers: dict[str, Any]) -> httpx.Response:
        # As an extra field the messages are sent as they are; the SDK would walk through all of them first,
        # which costs a long conversation 6 ms a turn.
        self._sdk = self._sdk or await self._connect()
        taken: Any = await self._sdk.chat.completions.with_raw_response.create(
            model=self._model, messages=[], stream=True, extra_headers=headers, extra_body=body
        )
        response: httpx.Response = taken.http_response
        return response

    async def _post_with_token(self, plan: Client, body: dict[str, Any]) -> httpx.Response:
        """A token that is refused before its time is fetched anew, once."""
        token = await oauth.token(plan)
        try:
            return await self._post(body, {**self._headers, "Authorization": f"Bearer {token}"})
        except openai.AuthenticationError:
            oauth.refused(plan, token)
        token = await oauth.token(plan)
        return await self._post(body, {**self._headers, "Authorization": f"Bearer {token}"})

    async def warm(self) -> None:
        """Have a connection open for the next reply; nothing is asked of the model."""
        await reach(self._base_url, self._guard, self.vendor)

    async def _connect(self) -> AsyncOpenAI:
        return await connections.sdk(self._base_url, self._config.api_key, self._guard)

    async def _texts(
        self, response: httpx.Response, raw: AsyncIterator[bytes], answer: Answer, patience: "_Patience"
    ) -> AsyncIterator[str]:
        """What is said, empty while the model thinks or writes a call; `answer` gets everything else."""
        named = self._request_id(response, answer)
        async with aclosing(self._items(raw, answer, patience)) as items:  # type: ignore[type-var]
            try:
                async for item in items:
                    if failure := faults.of_body(item, self.vendor, named or answer.id):
                        raise failure
                    before = answer.pieces
                    text = answer.feed(item)
                    if text or answer.pieces > before:
                        yield text
                    if answer.reason:
                        patience.last(USAGE_S)
                    elif answer.pieces > before:
                        patience.renew(TOKEN_S)
            except ProviderError as error:
                if not answer.reason or error.kind not in ("timeout", "network"):
                    raise
        if text := answer.rest():
            yield text

    async def _items(
        self, raw: AsyncIterator[bytes], answer: Answer, patience: "_Patience"
    ) -> AsyncIterator[dict[str, Any]]:
        """The stream's objects, each within its deadline."""
        items = Items()
        while True:
            try:
                async with asyncio.timeout_at(patience.until):
                    piece = await anext(raw, b"")
            except TimeoutError as error:
                raise self._late("stopped in the middle" if patience.begun else "said nothing") from error
            except httpx.HTTPError as error:
                raise faults.of_exception(error, self.vendor) from error
            for item in items.feed(piece) if piece else items.end():
                if item == b"[DONE]":
                    answer.done = True
                    return
                yield self._object(item)
            if not piece:
                return

    def _object(self, item: bytes) -> dict[str, Any]:
        try:
            found = orjson.loads(item)
        except ValueError as error:
            raise faults.fault(
                "server", self.vendor, f"{self.vendor} sent a line that is not JSON"
            ) from error
        if isinstance(found, dict):
            return found
        raise faults.fault("server", self.vendor, f"{self.vendor} sent a line that is not an object")

    def _judge(self, answer: Answer, response: httpx.Response) -> None:
        """Raise unless the answer is whole."""
        more = {"vendor_code": answer.reason, "request_id": self._request_id(response, answer)}
        if answer.reason in _MODERATED:
            raise faults.fault("moderation", self.vendor, f"{self.vendor} stopped the answer", **more)
        kind = response.headers.get("content-type", "")
        if not answer.reason and not answer.pieces and not kind.startswith("text/event-stream"):
            sentence = f"{self.vendor} did not stream its answer (content type {kind[:80] or 'missing'})"
            raise faults.fault("server", self.vendor, sentence, **more)
        if answer.reason in _BROKEN:
            sentence = f"{self.vendor} broke off in the middle of the answer"
            raise faults.fault("network", self.vendor, sentence, **more)
        if any(not call.name for call in answer.calls()):
            raise faults.fault("server", self.vendor, f"{self.vendor} called a tool without a name", **more)

    def _request_id(self, response: httpx.Response, answer: Answer) -> str:
        return faults.request_id(response.headers, self.vendor) or answer.id

    def _late(self, what: str) -> ProviderError:
        return faults.fault("timeout", self.vendor, f"{self.vendor} {what}")


class _Patience:
    """Until when (in the loop's time) the next token must have come."""

    def __init__(self, first_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self.until = self._loop.time() + first_s
        self.begun = self._ending = False

    def renew(self, seconds: float) -> None:
        self.until, self.begun = self._loop.time() + seconds, True

    def last(self, seconds: float) -> None:
        """No renewal after this one."""
        if not self._ending:
            self.renew(seconds)
        self._ending = True


async def _drain(raw: AsyncIterator[bytes]) -> None:
    """Read the rest of the body, so that the connection can be used again."""
    try:
        async with asyncio.timeout(DRAIN_S):
            async for _ in raw:
                pass
    except (TimeoutError, httpx.HTTPError):
        pass  # then the next reply makes a new connection


def _guard(config: ProviderConfig, vendor: str) -> connections.Guard:
    """Only a tenant's own address is guarded; the others stand in our table or our settings."""
    if vendor == "custom-llm" or config.options.get("guarded"):
        return tuple(config.options.get("allowedTargets", ()))
    return None


def _headers(config: ProviderConfig, row: Vendor) -> dict[str, Any]:
    """The SDK refuses to ask without a key unless each request says that it means to."""
    account = {
        row.headers[name]: value for name, value in config.secrets.items() if name in row.headers and value
    }
    given = {**account, **config.headers}
    return given if config.api_key or _authorized(given) else {**given, "Authorization": openai.Omit()}


def _authorized(headers: Mapping[str, str]) -> bool:
    return any(name.lower() == "authorization" for name in headers)


def _check_headers(config: ProviderConfig) -> None:
    if not (config.api_key.isascii() and config.api_key.isprintable()):
        sentence = "The key holds characters that no key has; enter it again."
        raise BadRequest("bad_key", sentence, field="credentials")
    for name, value in config.headers.items():
        if not (f"{name}{value}".isascii() and f"{name}{value}".isprintable() and name):
            sentence = f"The header {name!r} holds characters that no header may have."
            raise BadRequest("bad_header", sentence, field="model.headers")
