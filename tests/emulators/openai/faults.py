"""Every way such a vendor fails. Each is a behaviour for `OpenAiEmulator.script` or `.always`."""

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.emulators.openai.vendor import Behaviour, OpenAiEmulator, finish, said
from tests.emulators.openai.wire import Exchange
from voice_engine.kernel.errors import ProviderErrorKind

KEEP_ALIVE_S = 0.01


def answers(*items: Mapping[str, Any], ends: bool = True) -> Behaviour:
    """These very chunks and nothing else, then [DONE]."""

    async def behave(exchange: Exchange) -> None:
        await exchange.begin()
        for item in items:
            await exchange.event(item)
        if ends:
            await exchange.text("data: [DONE]\n\n")
        await exchange.end()

    return behave


def raw(*pieces: bytes, kind: str = "text/event-stream") -> Behaviour:
    """A stream in exactly these HTTP chunks."""

    async def behave(exchange: Exchange) -> None:
        await exchange.begin({"content-type": kind})
        for piece in pieces:
            await exchange.chunk(piece)
            await asyncio.sleep(0.002)
        await exchange.end()

    return behave


def status(number: int, body: Mapping[str, Any] | bytes = b"", **headers: str) -> Behaviour:
    """An HTTP error; underscores in header names become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.whole(number, body, named)


def refused(vendor: OpenAiEmulator, kind: ProviderErrorKind) -> Behaviour:
    """A failure of this kind as this vendor tells it, by status, in band or as an item of the stream."""
    refusal = vendor.dialect.refusal(kind)

    async def behave(exchange: Exchange) -> None:
        if not refusal.streamed:
            await exchange.whole(refusal.status, refusal.body, vendor.named())
            return
        await exchange.begin(vendor.named())
        await exchange.event(refusal.body)
        await exchange.text("data: [DONE]\n\n")
        await exchange.end()

    return behave


def begun(vendor: OpenAiEmulator, text: str, then: Behaviour) -> Behaviour:
    """Two pieces of this text in the vendor's shape, then something else in the same stream."""

    async def behave(exchange: Exchange) -> None:
        await exchange.begin(vendor.named())
        for delta in list(vendor.dialect.words(text))[:2]:
            await exchange.event(vendor.dialect.chunk(delta))
        await asyncio.sleep(0.01)  # the first pieces must not be lost in a reset
        await then(exchange)

    return behave


async def garble(exchange: Exchange) -> None:
    """A line that is not JSON, and the end."""
    await exchange.text('data: {"choices": [{"delta"\n\ndata: [DONE]\n\n')
    await exchange.end()


async def cut(exchange: Exchange) -> None:
    """A TCP reset."""
    exchange.reset()


async def hang(_: Exchange) -> None:
    """Nothing more."""
    await asyncio.Event().wait()


async def gush(exchange: Exchange) -> None:
    """A line without an end, as fast as it goes."""
    await exchange.text("data: ")
    while True:
        await exchange.chunk(b"x" * 65536)


def disordered(vendor: OpenAiEmulator, answer: str) -> Behaviour:
    """A whole answer out of order: the count first, the role last, unknown and empty objects between."""
    dialect = vendor.dialect

    async def behave(exchange: Exchange) -> None:
        await exchange.begin(vendor.named())
        await exchange.event({**dialect.chunk({}), "choices": [], "usage": dialect.usage()})
        for delta in dialect.words(answer):
            await exchange.event(dialect.chunk(delta))
            await exchange.event({**dialect.chunk({}), "choices": []})
        await exchange.event({"object": "something.else"})
        await exchange.event(dialect.chunk({"role": "assistant", "content": ""}, "stop"))
        await exchange.text("data: [DONE]\n\n")
        await exchange.end()

    return behave


async def stall_before_headers(_: Exchange) -> None:
    """The request is taken and nothing follows."""
    await asyncio.Event().wait()


async def stall_before_the_first_token(exchange: Exchange) -> None:
    """The head and the role come at once, then nothing."""
    await exchange.begin()
    await exchange.event(said("", role="assistant"))
    await asyncio.Event().wait()


async def comments_only(exchange: Exchange) -> None:
    """Bytes flow and mean nothing."""
    await exchange.begin()
    while True:
        await exchange.text(": keep-alive\n\n")
        await asyncio.sleep(KEEP_ALIVE_S)


async def empty_chunks_only(exchange: Exchange) -> None:
    """Chunks flow and say nothing."""
    await exchange.begin()
    while True:
        await exchange.event(said(""))
        await asyncio.sleep(KEEP_ALIVE_S)


async def stall_midway(exchange: Exchange) -> None:
    """Two pieces, then nothing."""
    await _two_pieces(exchange)
    await asyncio.Event().wait()


async def comments_midway(exchange: Exchange) -> None:
    """Two pieces, then comments for ever."""
    await _two_pieces(exchange)
    while True:
        await exchange.text(": keep-alive\n\n")
        await asyncio.sleep(KEEP_ALIVE_S)


async def reset_midway(exchange: Exchange) -> None:
    """Two pieces, then a TCP reset."""
    await _two_pieces(exchange)
    await asyncio.sleep(0.01)
    exchange.reset()


async def close_midway(exchange: Exchange) -> None:
    """Two pieces, then the connection is closed without the end HTTP asks for."""
    await _two_pieces(exchange)
    exchange.close()


async def reset_at_once(exchange: Exchange) -> None:
    """A TCP reset instead of an answer."""
    exchange.reset()


async def end_without_a_reason(exchange: Exchange) -> None:
    """A clean end in the middle of a sentence."""
    await _two_pieces(exchange)
    await exchange.text("data: [DONE]\n\n")
    await exchange.end()


async def garbage_midway(exchange: Exchange) -> None:
    """A data line that is not JSON."""
    await _two_pieces(exchange)
    await exchange.text('data: {"choices": [{"delta"\n\n')
    await finish(exchange)


async def flood(exchange: Exchange) -> None:
    """A line without an end, as fast as it goes."""
    await exchange.begin()
    await gush(exchange)


def midway(item: Mapping[str, Any]) -> Behaviour:
    """Two pieces, then this item, then the end."""

    async def behave(exchange: Exchange) -> None:
        await _two_pieces(exchange)
        await exchange.event(item)
        await exchange.end()

    return behave


def speak(gap_s: float) -> Behaviour:
    """One word every `gap_s` seconds for as long as anybody listens."""

    async def behave(exchange: Exchange) -> None:
        await exchange.begin()
        while True:
            await exchange.event(said("word "))
            await asyncio.sleep(gap_s)

    return behave


async def _two_pieces(exchange: Exchange) -> None:
    await exchange.begin()
    await exchange.event(said("Hello, "))
    await exchange.event(said("I am "))
