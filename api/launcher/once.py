"""A process that runs once and must succeed before others start."""

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

from api.launcher.part import ending, exited
from api.launcher.process import Child, tail
from voice_engine.kernel.errors import Unavailable


async def run(name: str, spawn: Callable[[int], Child], log: Path, *, patience: float) -> None:
    """Raises Unavailable with the log's last lines if the process fails or takes longer than `patience`."""
    with log.open("wb") as file:
        child = spawn(file.fileno())
    try:
        async with asyncio.timeout(patience):
            code = await exited(child)
    except TimeoutError:
        raise Unavailable(
            f"{name}_too_slow", f"{name} took longer than {patience:g} s. It said:\n{tail(log, 20)}"
        ) from None
    finally:
        if child.poll() is None:
            child.kill()
        _reap(child)
    if code != 0:
        raise Unavailable(f"{name}_failed", f"{name} failed ({ending(code)}). It said:\n{tail(log, 20)}")


def _reap(child: Child) -> None:
    try:
        child.wait(5)
    except subprocess.TimeoutExpired:
        return
