"""A caller's sound, taken as it comes, whatever becomes of who hears it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Flush
from voice_engine.providers.frames import Frames, Item


class SoundFailed(Exception):
    """The sound broke off: no recogniser is to blame."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


@asynccontextmanager
async def intake(
    frames: AsyncIterator[AudioFrame | Flush], taker: Callable[[Item], None]
) -> AsyncIterator[None]:
    """`taker` gets every item while this is open; from `Frames` at once, else through a task."""
    if isinstance(frames, Frames):
        frames.hand_to(taker)
        try:
            yield
        finally:
            frames.keep()
        return
    pumping = asyncio.create_task(_pump(frames, taker), name="intake")
    try:
        yield
    finally:
        pumping.cancel()
        await asyncio.wait([pumping])


async def _pump(frames: AsyncIterator[AudioFrame | Flush], taker: Callable[[Item], None]) -> None:
    try:
        async for item in frames:
            taker(item)
        taker(None)
    except Exception as error:  # noqa: BLE001  boundary: the caller's own failure: passed on as it is
        taker(error)
