"""Processes under test: start them, pin them to a core, read what the operating system says they used."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voice_engine.kernel.errors import Unavailable

_TICK = os.sysconf("SC_CLK_TCK")
_CORES = sorted(os.sched_getaffinity(0))  # before anything is pinned
STOP_S = 10.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """CPU seconds since the start, proportional memory in MB, threads."""

    cpu_s: float
    pss_mb: float
    threads: int


def snapshot(pid: int) -> Snapshot:
    """Of a process and all its descendants."""
    found = [_one(member) for member in _family(pid)]
    return Snapshot(
        sum(one.cpu_s for one in found), sum(one.pss_mb for one in found), sum(one.threads for one in found)
    )


def _family(pid: int) -> list[int]:
    members = [pid]
    for member in members:
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            members += [int(child) for child in children.read_text().split()]
    return members


def _one(pid: int) -> Snapshot:
    stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(stat[11]) + int(stat[12])) / _TICK
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return Snapshot(cpu, pss / 1024, int(stat[17]))


@contextlib.contextmanager
def running(command: list[str], extra: dict[str, str], *, core: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A process on the n-th core; its output goes to ours for errors, standard output is the report's."""
    with subprocess.Popen(command, env={**os.environ, **extra}, stdout=sys.stderr) as process:
        pin(process.pid, core)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def pin(pid: int, core: int) -> None:
    """Let a process run on the n-th core only, where the machine has that many."""
    with contextlib.suppress(OSError):
        os.sched_setaffinity(pid, {_CORES[core % len(_CORES)]} if len(_CORES) > 1 else set(_CORES))


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until_answering(port: int, process: "subprocess.Popen[bytes]", patience_s: float) -> None:
    """Wait, blocking, until something listens at `port`; raises Unavailable when it does not come."""
    deadline = time.monotonic() + patience_s
    while not answering(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Unavailable("bench_not_started", "A process did not start; see its output above.")
        time.sleep(0.05)


def answering(port: int) -> bool:
    """Whether something listens at `port` of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
