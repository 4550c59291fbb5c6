"""What one socket is told, in order: fifty times a second without a task being woken."""

import asyncio
from collections import deque
from collections.abc import Callable

from voice_engine.providers.base_realtime import RealtimeInput


class Inputs:
    """Put in by one, read by one, or handed on as it comes."""

    def __init__(self) -> None:
        self._items: deque[RealtimeInput] = deque()
        self._taker: Callable[[RealtimeInput], None] | None = None
        self._news = asyncio.Event()
        self._ended = False

    def put(self, item: RealtimeInput) -> None:
        """The next thing."""
        if self._taker:
            self._taker(item)
            return
        self._items.append(item)
        self._news.set()

    def end(self) -> None:
        """There is nothing more."""
        self._ended = True
        self._news.set()

    async def hand_to(self, taker: Callable[[RealtimeInput], None]) -> None:
        """Give `taker` what waits, and everything else at once, in `put`; returns at the end."""
        while self._items:
            taker(self._items.popleft())
        self._taker = taker
        try:
            self._news.clear()
            if not self._ended:
                await self._news.wait()
        finally:
            self._taker = None

    def __aiter__(self) -> "Inputs":
        return self

    async def __anext__(self) -> RealtimeInput:
        while not self._items:
            if self._ended:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._items.popleft()
