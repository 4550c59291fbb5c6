"""One timer for all calls of a process: every 20 ms on the dot, late ones skipped, never bunched."""

import asyncio
from collections.abc import Callable

from voice_engine import metrics
from voice_engine.speak.pacing import SLOT_S


async def turn(tick: Callable[[float], None]) -> None:
    """Call `tick` every 20 ms until cancelled, with the seconds it is late."""
    loop = asyncio.get_running_loop()
    due = loop.time() + SLOT_S
    while True:
        await asyncio.sleep(due - loop.time())
        late = loop.time() - due
        metrics.LOOP_LAG.set(late * 1000)
        tick(late)
        due += SLOT_S * (1 + int(max(late, 0.0) / SLOT_S))
