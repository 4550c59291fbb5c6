"""A recogniser whose sessions end after some time: before that another one takes over, in a pause."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Flush, Transcript, Usage
from voice_engine.providers.frames import Frames
from voice_engine.providers.usages import added_up

PATIENCE = 1.2  # times the age at which a session should be followed: then it is, pause or not

Heard = Transcript | Usage
Transcribe = Callable[[AsyncIterator[AudioFrame | Flush]], AsyncIterator[Heard]]


async def renewed(
    transcribe: Transcribe, frames: AsyncIterator[AudioFrame | Flush], after_s: float
) -> AsyncIterator[Heard]:
    """One recognition after the other, each told the end of its sound at a Flush when it is `after_s` old.

    The next one begins with the next frame, while the one before still says what it owes; it is heard first.
    """
    relay = _Relay(transcribe, after_s)
    reading = asyncio.create_task(relay.read(frames), name="renewals")
    bill: list[Usage] = []
    try:
        while (leg := await relay.legs.get()) is not None:
            used: list[Usage] = []
            while (item := await leg.heard.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                if isinstance(item, Usage):
                    used = [item]
                    item = added_up([*bill, item])
                yield item
            bill += used
    finally:
        reading.cancel()
        await asyncio.wait([reading, *relay.stop()])


class _Leg:
    """One session."""

    def __init__(self, transcribe: Transcribe, began: float) -> None:
        self.began = began
        self.frames = Frames()
        self.heard: asyncio.Queue[Heard | Exception | None] = asyncio.Queue()
        self.task = asyncio.create_task(self._run(transcribe), name="renewal")

    async def _run(self, transcribe: Transcribe) -> None:
        try:
            async with aclosing(transcribe(self.frames)) as heard:  # type: ignore[type-var]
                async for item in heard:
                    self.heard.put_nowait(item)
            self.heard.put_nowait(None)
        except Exception as error:  # noqa: BLE001  boundary: told when this session's turn has come
            self.heard.put_nowait(error)


class _Relay:
    """Sound on its way to the session whose turn it is."""

    def __init__(self, transcribe: Transcribe, after_s: float) -> None:
        self._transcribe, self._after_s = transcribe, after_s
        self._loop = asyncio.get_running_loop()
        self._all: list[_Leg] = []
        self.legs: asyncio.Queue[_Leg | None] = asyncio.Queue()

    async def read(self, frames: AsyncIterator[AudioFrame | Flush]) -> None:
        """Every frame to one session."""
        leg: _Leg | None = self._next()
        try:
            async for frame in frames:
                leg = leg or self._next()
                leg.frames.put(frame)
                if self._is_over(leg, pause=isinstance(frame, Flush)):
                    leg.frames.end()
                    leg = None
            if leg:
                leg.frames.end()
            self.legs.put_nowait(None)
        except Exception as error:  # noqa: BLE001  boundary: the caller's own failure: passed on as it is
            (leg or self._next()).frames.put(error)

    def stop(self) -> list[asyncio.Task[None]]:
        """Nobody listens any more; the tasks that are ending."""
        tasks = [leg.task for leg in self._all if not leg.task.done()]
        for task in tasks:
            task.cancel()
        return tasks

    def _next(self) -> _Leg:
        leg = _Leg(self._transcribe, self._loop.time())
        self._all.append(leg)
        self.legs.put_nowait(leg)
        return leg

    def _is_over(self, leg: _Leg, *, pause: bool) -> bool:
        age = self._loop.time() - leg.began
        return age >= self._after_s and (pause or age >= self._after_s * PATIENCE)
