"""A caller's sound on its way to who hears it.

Unlike a generator it outlives a reader that is cancelled: the next reader goes on with the next frame.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Flush

# None: there is no more. An exception: the sound cannot go on.
Item = AudioFrame | Flush | Exception | None


class Frames:
    """Put in by one, read by one at a time, or handed on as it comes. For one event loop."""

    __slots__ = ("_items", "_reader", "_taker")

    def __init__(self) -> None:
        self._items: deque[Item] = deque()
        self._reader: asyncio.Future[None] | None = None
        self._taker: Callable[[Item], None] | None = None

    def put(self, item: Item) -> None:
        """The next frame, or that the speaker has stopped."""
        if self._taker:
            self._taker(item)
            return
        self._items.append(item)
        if self._reader and not self._reader.done():
            self._reader.set_result(None)

    def end(self) -> None:
        """There is no more sound."""
        self.put(None)

    def hand_to(self, taker: Callable[[Item], None]) -> None:
        """Give `taker` everything that waits, and from now on everything at once, in `put`."""
        self._taker = taker
        while self._items:
            taker(self._items.popleft())

    def keep(self) -> None:
        """Hand nothing on any more."""
        self._taker = None

    @property
    def waiting_s(self) -> float:
        """How much sound nobody has taken yet."""
        return sum(item.seconds for item in self._items if isinstance(item, AudioFrame))

    def __aiter__(self) -> "Frames":
        return self

    async def __anext__(self) -> AudioFrame | Flush:
        while not self._items:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        item = self._items[0]
        if item is None:
            raise StopAsyncIteration
        self._items.popleft()
        if isinstance(item, Exception):
            raise item
        return item
