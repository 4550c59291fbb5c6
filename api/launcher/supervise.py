"""Owns every process of an installation: starts them in order, keeps them, ends them in reverse."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Sequence
from enum import IntEnum
from pathlib import Path

from api.launcher.keeper import Keeper, Screen
from api.launcher.logs import RotatingLog
from api.launcher.part import Part
from voice_engine.kernel.errors import Unavailable


class Stage(IntEnum):
    """What ends together, the highest first: the doors, then the calls, then what writes them down."""

    STORES = 0
    BACKGROUND = 1
    ENGINES = 2
    FRONT = 3


class Supervisor:
    """Begins parts in any order; ends them by stage."""

    def __init__(self, logs: Path, screen: Screen) -> None:
        self._logs = logs
        self._screen = screen
        self._stages: dict[Stage, list[Keeper]] = {stage: [] for stage in Stage}

    @property
    def keepers(self) -> list[Keeper]:
        return [keeper for stage in self._stages.values() for keeper in stage]

    def begin(self, stage: Stage, *parts: Part) -> list[Keeper]:
        """Start parts without waiting for them."""
        begun = [Keeper(p, RotatingLog(self._logs / f"{p.name}.log"), self._screen) for p in parts]
        self._stages[stage] += begun
        return begun

    async def start(self, stage: Stage, *parts: Part) -> None:
        """Start parts that everything after them needs. Raises Unavailable if one does not come up."""
        for keeper in self.begin(stage, *parts):
            if not await keeper.first:
                raise Unavailable(
                    "part_did_not_start",
                    f"{keeper.part.name} did not start; see above and {self._logs}/{keeper.part.name}.log.",
                )

    async def settle(self, keepers: Sequence[Keeper]) -> list[str]:
        """Wait until each was ready once or is known not to be; returns the names of those that are not."""
        return [k.part.name for k in keepers if not await k.first]

    async def watch(self) -> None:
        """Runs until cancelled; a keeper never ends by itself, so one that does has a fault we must see."""
        done, _ = await asyncio.wait([k.task for k in self.keepers], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def stop(self) -> None:
        """End the stages, last first."""
        for stage in reversed(Stage):
            await asyncio.gather(*(keeper.stop() for keeper in self._stages[stage]))

    def kill(self) -> None:
        """End everything at once."""
        for keeper in self.keepers:
            keeper.kill()


@contextlib.asynccontextmanager
async def ending_on_signals(supervisor: Supervisor, screen: Screen) -> AsyncIterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal interrupt the body, then end all parts; asked twice, at once."""
    task = asyncio.current_task()
    assert task is not None
    asked = 0

    def ask() -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            task.cancel()
        else:
            screen.note("Ending everything at once.")
            supervisor.kill()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ask)
    try:
        yield
    except asyncio.CancelledError:
        if not asked:
            raise
        task.uncancel()
        screen.note("Stopping … (Ctrl-C again ends everything at once)")
    finally:
        asked = max(asked, 1)
        await supervisor.stop()
