"""An event loop whose time jumps to the next timer instead of waiting for it.

Everything that asks the loop for the time (asyncio.sleep, timeouts, the session's clock) is deterministic
under it. Only for code without real sockets: a selector that has nothing ready is never waited for.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


_OWN_FILES = 1  # the pipe by which a loop wakes itself


class _JumpingSelector(selectors.SelectSelector):
    """Polls real files, if there are any, without blocking; a wait becomes a jump of the loop's clock."""

    def __init__(self) -> None:
        super().__init__()
        self.jumped = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0) if len(self.get_map()) > _OWN_FILES or timeout is None else []
        if ready:
            return ready
        if timeout is None:
            raise RuntimeError("deadlock in virtual time: nothing is scheduled and nothing is ready")
        self.jumped += max(timeout, 0.0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time()` starts at 0 and moves only when every task is waiting."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        # Timers closer than the resolution run together; without it rounding could spin in place.
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return self._jumping.jumped


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` in virtual time; everything it started must have ended with it."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
