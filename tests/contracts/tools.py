"""What every contract needs: a deadline on each wait, and a look at what was left behind."""

import asyncio
import re
import time
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, TypeVar

from voice_engine.providers.duplex import warm

T = TypeVar("T")

DEADLINE_S = 10.0  # for one step against a loopback emulator; generous, because machines are shared
PROMPT_S = 0.05  # a cancellation must be over by then


async def within(step: Awaitable[T], seconds: float = DEADLINE_S) -> T:
    """The step's value; TimeoutError instead of a hanging suite."""
    async with asyncio.timeout(seconds):
        return await step


async def collect(stream: AsyncIterator[T]) -> list[T]:
    """Everything a stream brings, each step within the deadline; closed at the end."""
    items: list[T] = []
    async with aclosing(stream) as open_stream:  # type: ignore[type-var]
        while True:
            try:
                items.append(await within(anext(open_stream)))
            except StopAsyncIteration:
                return items


async def pieces(items: Iterable[T]) -> AsyncIterator[T]:
    """A stream of what is there already, with room for others between the items."""
    for item in items:
        yield item
        await asyncio.sleep(0)


async def then_silence(items: Iterable[T]) -> AsyncIterator[T]:
    """A stream that brings its items and then neither ends nor goes on."""
    async for item in pieces(items):
        yield item
    await asyncio.Event().wait()


async def assert_stops_promptly(stream: AsyncIterator[Any], after: int) -> None:
    """Cancel a reader after `after` items: it must be gone at once and leave no task."""
    before = asyncio.all_tasks()
    reached = asyncio.Event()

    async def read() -> None:
        count = 0
        if after == 0:
            reached.set()
        async with aclosing(stream) as open_stream:  # type: ignore[type-var]
            async for _ in open_stream:
                count += 1
                if count == after:
                    reached.set()

    reader = asyncio.create_task(read())
    await within(reached.wait())
    for _ in range(5):
        await asyncio.sleep(0)
    started = time.perf_counter()
    reader.cancel()
    await asyncio.wait([reader], timeout=DEADLINE_S)
    assert time.perf_counter() - started < PROMPT_S, "cancelling took too long"
    assert reader.done(), "the adapter swallowed the cancellation"
    await assert_no_task_since(before)


async def assert_no_task_since(before: set[asyncio.Task[Any]]) -> None:
    """No task more than `before`, after a moment in which closing sockets may finish.

    Sockets that wait for the next synthesis are hung up: they are kept on purpose.
    """
    warm.close()
    deadline = time.perf_counter() + PROMPT_S
    while left := {t for t in asyncio.all_tasks() - before if not t.done()} - {asyncio.current_task()}:
        assert time.perf_counter() < deadline, f"left behind: {left}"
        await asyncio.sleep(0.002)


@contextmanager
def faster_than(seconds: float) -> Iterator[None]:
    """The block must not take longer."""
    started = time.perf_counter()
    yield
    assert time.perf_counter() - started < seconds


def spoken(text: str) -> str:
    """Text as it sounds to a comparison: lower case, without punctuation, single spaces."""
    letters = "".join(" " if unicodedata.category(c)[0] in "PSZ" else c for c in text.lower())
    return re.sub(r"\s+", " ", letters).strip()
