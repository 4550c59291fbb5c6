"""For tests of voices that keep sockets."""

import asyncio
from collections.abc import Callable

from voice_engine.providers.duplex import warm


async def hang_up() -> None:
    """Close what is kept, and what is still being connected as soon as it is."""
    coming = [task for task in asyncio.all_tasks() if task.get_name() == "spare socket"]
    if coming:
        await asyncio.wait(coming)
    warm.close()


async def until(true: Callable[[], bool]) -> None:
    """Wait for what happens in the vendor's loop; TimeoutError if it does not."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  there is no event between two loops
            await asyncio.sleep(0.002)
