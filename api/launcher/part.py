"""One process of the installation: how it is started, when it counts as ready, how it is ended."""

import asyncio
import os
import re
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from api.launcher.process import Child, spawn
from api.launcher.pulse import Pulse

Probe = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Part:
    """`ready` is asked until true, or, as a pattern, looked for in what the process says."""

    name: str
    spawn: Callable[[int], Child]  # gets the descriptor that stdout and stderr go to
    ready: Probe | re.Pattern[str]
    before: Callable[[], object] | None = None  # blocking; runs in a thread before every start
    start_patience: float = 60.0  # s until ready
    stop: signal.Signals = signal.SIGTERM
    stop_patience: float = 10.0  # s from `stop` to `kill`
    kill: signal.Signals = signal.SIGKILL
    unremarkable: re.Pattern[str] | None = None  # alarming lines that mean nothing here
    pulse: Pulse | None = None  # asked while it is ready; a part that hangs is ended and started again


def command(argv: Sequence[str | Path], env: Mapping[str, str]) -> Callable[[int], Child]:
    """A `Part.spawn` that runs a command with exactly this environment."""
    return partial(_spawn, list(argv), dict(env))


def _spawn(argv: list[str | Path], env: dict[str, str], output: int) -> Child:
    return spawn(argv, output=output, env=env)


def blocking(question: Callable[[], bool]) -> Probe:
    """A `Part.ready` from a function that blocks."""
    return partial(asyncio.to_thread, question)


def answers_http(host: str, port: int, path: str = "/health", *, deadline: float = 2.0) -> Probe:
    """A `Part.ready`: does it answer 200 within `deadline` seconds?"""

    async def ask() -> bool:
        try:
            async with asyncio.timeout(deadline):
                reader, writer = await asyncio.open_connection(host, port)
                try:
                    writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
                    status = (await reader.readline()).split()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False
        return len(status) > 1 and status[1] == b"200"

    return ask


async def exited(child: Child) -> int:
    """Wait for the end of a child; negative = the signal that killed it."""
    while child.poll() is None:
        if hasattr(os, "pidfd_open"):
            await _notified(child.pid)
        else:
            await asyncio.sleep(0.1)
    return child.returncode


async def _notified(pid: int) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    watch = os.pidfd_open(pid)
    loop.add_reader(watch, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(watch)
        os.close(watch)


def ending(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
