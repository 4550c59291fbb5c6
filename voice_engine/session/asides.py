"""Beside the reply: fixed sentences put into it, sentences made ready, waiting until all is heard."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from voice_engine.session.meter import Meter
from voice_engine.speak.beds import Beds
from voice_engine.speak.pacing import Playout
from voice_engine.speak.speaker import Speaker

WARM_AFTER_S = 0.3  # the greeting goes first


class Asides:
    """Owns the small tasks of one floor."""

    def __init__(self, speaker: Speaker, playout: Playout, meter: Meter) -> None:
        self._speaker, self._playout, self._meter = speaker, playout, meter
        self._tasks: set[asyncio.Task[Any]] = set()
        self._inserting: set[asyncio.Task[Any]] = set()
        self._waiting: list[asyncio.Future[None]] = []

    def interject(self, text: str) -> None:
        """Say a fixed sentence within the running reply, before what it still waits for."""
        self._spawn(self._speaker.interject(text))

    def insert(self, text: str) -> None:
        """Say a sentence within the running reply, after what its model has written so far."""
        task = self._spawn(self._speaker.insert(text))
        self._inserting.add(task)
        task.add_done_callback(self._inserting.discard)

    def warm(self, texts: Sequence[str]) -> None:
        """Have these sentences ready before they are needed."""
        self._spawn(self._warm(texts))

    async def _warm(self, texts: Sequence[str]) -> None:
        await asyncio.sleep(WARM_AFTER_S)
        await self._speaker.warm(texts, self._meter.made_ready)

    def lay_bed(self, beds: Beds, background: str, rate: int) -> None:
        """Put a background sound under the call as soon as it is there."""
        self._spawn(self._lay_bed(beds, background, rate))

    async def _lay_bed(self, beds: Beds, background: str, rate: int) -> None:
        bed = await beds.get(background, rate)
        if bed:
            self._playout.lay(bed)

    async def heard_out(self) -> None:
        """Return when everything that is to be said so far has been heard."""
        if self._inserting:
            await asyncio.wait(self._inserting)
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(heard)
        await heard

    def all_heard(self) -> None:
        """Nothing waits in the playout or lies on the wire."""
        waiting, self._waiting = self._waiting, []
        for heard in waiting:
            if not heard.done():
                heard.set_result(None)

    @property
    def awaited(self) -> bool:
        """Whether somebody waits until all is heard."""
        return bool(self._waiting)

    def close(self) -> set["asyncio.Task[Any]"]:
        """No more of it; returns what is still ending."""
        self.all_heard()
        for task in self._tasks:
            task.cancel()
        return set(self._tasks)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work, name="aside")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
