"""Time is handed in. Pure code gets `now` as a number; shells hold a Clock."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where a shell gets the time from."""

    def now(self) -> float:
        """Monotonic seconds; only differences mean anything."""
        ...

    def wall(self) -> datetime:
        """The calendar time, aware, UTC."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> float:
        return time.monotonic()

    def wall(self) -> datetime:
        return datetime.now(UTC)


class LoopClock:
    """The running event loop's clock: virtual when the loop is virtual (see `simulate`)."""

    def __init__(self, epoch: datetime | None = None) -> None:
        self._epoch = epoch
        self._started = asyncio.get_running_loop().time() if epoch else 0.0

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def wall(self) -> datetime:
        if self._epoch is None:
            return datetime.now(UTC)
        return datetime.fromtimestamp(self._epoch.timestamp() + self.now() - self._started, UTC)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, as every JSON field of the API has it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_ms(moment: datetime) -> int:
    """Unix time in milliseconds."""
    return round(moment.timestamp() * 1000)
