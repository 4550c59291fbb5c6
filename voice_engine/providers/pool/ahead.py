"""A vendor asked beside another: a task reads its answer ahead, until it is known whether it is wanted."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, TypeVar

from voice_engine.providers.pool.member import Member

P = TypeVar("P")
T = TypeVar("T")


class _End:
    """There are no more items."""


class Ahead(Generic[P, T]):
    """Reads as one reads a vendor's stream. `moved` is called when it is clear what came of it.

    `delivered`: something that wins, or a clean end (`silent`), is there. `error`: it failed before.
    """

    def __init__(
        self,
        member: Member[P],
        stream: AsyncIterator[T],
        delivers: Callable[[T], bool],
        moved: Callable[["Ahead[P, T]"], None],
    ) -> None:
        self.member = member
        self.delivered = False
        self.silent = True
        self.error: Exception | None = None
        self._stream, self._delivers, self._moved = stream, delivers, moved
        self._items: deque[Any] = deque()
        self._ready = asyncio.Event()
        self.task = asyncio.create_task(self._read(), name=f"ahead-{member.provider}")

    async def _read(self) -> None:
        try:
            async for item in self._stream:
                delivery = self._delivers(item)
                self.silent = self.silent and not delivery
                self._put(item, delivery=delivery)
            self._put(_End(), delivery=True)
        except Exception as error:  # noqa: BLE001  boundary: whoever reads the answer gets it
            self._put(error, delivery=False)
        finally:
            await self._stream.aclose()  # type: ignore[attr-defined]

    def _put(self, item: Any, *, delivery: bool) -> None:
        self._items.append(item)
        self._ready.set()
        if self.delivered or self.error:
            return
        if delivery:
            self.delivered = True
            self._moved(self)
        elif isinstance(item, Exception):
            self.error = item
            self._moved(self)

    def __aiter__(self) -> "Ahead[P, T]":
        return self

    async def __anext__(self) -> T:
        while not self._items:
            self._ready.clear()
            await self._ready.wait()
        item = self._items.popleft()
        if isinstance(item, _End):
            raise StopAsyncIteration
        if isinstance(item, Exception):
            raise item
        found: T = item
        return found

    async def aclose(self) -> None:
        """Hang up and wait until that is done."""
        self.task.cancel()
        await asyncio.wait([self.task])
