"""What the DashScope tests share."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import dashscope  # noqa: F401  its import takes a second, which is no test's business
import numpy as np

from tests.contracts.stt import Utterance
from tests.emulators.dashscope import DashScopeEmulator
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.dashscope_sdk import voices

SAID = ((440, "我想查一下我的余额。"), (880, "What time do you open tomorrow morning?"))
OURS = ("dashscope-task", "dashscope-ws-reader")


def config(emulator: DashScopeEmulator, **more: Any) -> ProviderConfig:
    """A tenant of the emulated vendor."""
    return ProviderConfig(**{"api_key": "sk-test", "base_url": emulator.url, **more})


def tone(hertz: int, seconds: float = 1.2, rate: int = 16000) -> bytes:
    """What somebody says, to an emulator that knows words by their pitch."""
    at = np.arange(int(seconds * rate)) / rate
    return (8000 * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes()


def utterance(hertz: int, text: str, rate: int = 16000) -> Utterance:
    """A tone and its words."""
    return Utterance(tone(hertz, rate=rate), text, rate)


@asynccontextmanager
async def in_a_loop_of_its_own(emulator: DashScopeEmulator) -> AsyncIterator[DashScopeEmulator]:
    """The emulator beside the test, so that its tasks are not taken for the adapter's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(emulator.start(), loop))
    try:
        yield emulator
    finally:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(emulator.stop(), loop))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()


async def until(condition: Callable[[], object], within_s: float = 2.0) -> None:
    """Wait for something another task or thread is about to do."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  threads and the emulator have no event for it
            await asyncio.sleep(0.005)


def threads() -> list[str]:
    """The SDK's threads and ours that are alive."""
    return [t.name for t in threading.enumerate() if t.name in OURS]


async def no_threads_left(within_s: float = 1.0) -> None:
    """Warm connections hung up, every thread ends."""
    deadline = time.monotonic() + within_s
    while await _hang_up() or threads():
        assert time.monotonic() < deadline, f"left behind: {threads()}"
        await asyncio.sleep(0.005)


async def _hang_up() -> int:
    """Again and again: a talk may just have given a connection back."""
    pools = [pool for pool in (voices.warm_links, voices.warm_sessions) if len(pool)]
    for pool in pools:
        await asyncio.to_thread(pool.close)
    return len(pools)
