"""Deadlines on a stream of waits for the price of one timer: moving a deadline is an assignment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")
_NEVER = float("inf")


class Watch:
    """Calls `late` when what was expected has not come. Times are the loop's, seconds.

    asyncio.timeout does the same for one wait; for the many short waits of a stream it costs too much.
    """

    __slots__ = ("_due", "_late", "_timer", "_waiting", "loop")

    def __init__(self, late: Callable[[], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self._late = late
        self._due = _NEVER
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: asyncio.Task[Any] | None = None

    def expect(self, within_s: float) -> None:
        """Something must come within so many seconds from now, whatever was expected before."""
        self._due = due = self.loop.time() + within_s
        if self._timer is None:
            self._timer = self.loop.call_at(due, self._look)
        elif due < self._timer.when():
            self._timer.cancel()
            self._timer = self.loop.call_at(due, self._look)

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
        task = asyncio.current_task()
        assert task is not None
        before, self._waiting = task.cancelling(), task
        try:
            value = await step
        except asyncio.CancelledError:
            # Ours only if nobody else has cancelled the task, too.
            if self._waiting is None and task.uncancel() <= before:
                raise TimeoutError from None
            raise
        else:
            if self._waiting is None:  # it came all the same
                task.uncancel()
            return value
        finally:
            self._waiting = None

    def interrupt(self) -> None:
        """End the wait that is running, if one is."""
        task, self._waiting = self._waiting, None
        if task is not None:
            task.cancel()

    def close(self) -> None:
        """No more calls of `late`."""
        self._due = _NEVER
        if self._timer:
            self._timer.cancel()
            self._timer = None
