"""For tests of voices that keep sockets."""

import asyncio

from voice_engine.providers.duplex import warm


async def hang_up() -> None:
    """Close what is kept, and what is still being connected as soon as it is."""
    coming = [task for task in asyncio.all_tasks() if task.get_name() == "spare socket"]
    if coming:
        await asyncio.wait(coming)
    warm.close()
