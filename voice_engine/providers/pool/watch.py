"""Deadlines on a stream of waits for the price of one timer: moving a deadline is an assignment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
_NEVER = float("inf")


class Watch:
    """Calls `late` when what was expected has not come. Times are the loop's, seconds."""

    __slots__ = ("_due", "_late", "_scope", "_timer", "loop")

    def __init__(self, late: Callable[[], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self._late = late
        self._due = _NEVER
        self._timer: asyncio.TimerHandle | None = None
        self._scope: asyncio.Timeout | None = None

    def expect(self, within_s: float) -> None:
        """Something must come within so many seconds from now, whatever was expected before."""
        self._due = self.loop.time() + within_s
        if self._timer is None:
            self._timer = self.loop.call_at(self._due, self._look)
        elif self._due < self._timer.when():
            self._timer.cancel()
            self._timer = self.loop.call_at(self._due, self._look)

    def relax(self) -> None:
        """Nothing is expected."""
        self._due = _NEVER

    def _look(self) -> None:
        self._timer = None
        if self._due == _NEVER:
            return
        if self.loop.time() < self._due:
            self._timer = self.loop.call_at(self._due, self._look)
            return
        self._due = _NEVER
        self._late()

    async def wait(self, step: Awaitable[T]) -> T:
        """The step's value; TimeoutError if `interrupt` was called meanwhile (the step is cancelled)."""
        try:
            async with asyncio.timeout(None) as self._scope:
                return await step
        finally:
            self._scope = None

    def interrupt(self) -> None:
        """End the wait that is running, if one is."""
        if self._scope:
            self._scope.reschedule(self.loop.time())

    def close(self) -> None:
        """No more calls of `late`."""
        self._due = _NEVER
        if self._timer:
            self._timer.cancel()
            self._timer = None
