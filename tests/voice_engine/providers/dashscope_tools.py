"""What the DashScope tests share."""

import asyncio
import threading
import time
from typing import Any

import dashscope  # noqa: F401  its import takes a second, which is no test's business

from tests.emulators.dashscope import DashScopeEmulator
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.dashscope_sdk import voices

OURS = ("dashscope-task", "dashscope-ws-reader")


def config(emulator: DashScopeEmulator, **more: Any) -> ProviderConfig:
    """A tenant of the emulated vendor."""
    return ProviderConfig(**{"api_key": "sk-test", "base_url": emulator.url, **more})


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
