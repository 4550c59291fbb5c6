"""Child processes that cannot outlive us: spawning, stopping, and telling ours from a stranger's."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

Child = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Account:
    """A user to run a child as."""

    name: str
    uid: int
    gid: int


def spawn(
    argv: Sequence[str | Path],
    *,
    output: int | IO[bytes],
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    when_we_die: signal.Signals = signal.SIGKILL,
) -> Child:
    """Start a child in its own session, which gets `when_we_die` from the kernel if we vanish.

    Call it from a thread that lives as long as the process: Linux counts the death of the *thread* that
    forked as the parent's. Without prctl (macOS) only an orderly exit stops the child.
    """
    return subprocess.Popen(
        [os.fspath(a) for a in argv],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=dict(env) if env is not None else None,
        cwd=cwd,
        start_new_session=True,
        preexec_fn=_follow_parent(os.getpid(), when_we_die),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _follow_parent(parent: int, when_it_dies: signal.Signals) -> Callable[[], None]:
    # Runs between fork and exec, after setuid: a change of user clears the parent-death signal.
    def follow() -> None:
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, int(when_it_dies), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return follow


def stop(child: Child, how: signal.Signals, *, patience: float) -> bool:
    """Ask the child to end, then end it. True if it went by itself within `patience` seconds."""
    if child.poll() is not None:
        return True
    child.send_signal(how)
    try:
        child.wait(patience)
        return True
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return False


def alive(pid: int) -> bool:
    """Is there a process (not a zombie) with this id, whoever it belongs to?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return state(pid) != "Z"


def state(pid: int) -> str:
    """The kernel's letter for what the process does (R, S, Z …); empty where that is not known."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def command_line(pid: int) -> list[str]:
    """The words a process was started with; empty if it is gone or not ours to see."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []


def wait_until_gone(pid: int, *, patience: float) -> bool:
    """Wait for a process that is not our child. False if it is still there after `patience` seconds."""
    deadline = time.monotonic() + patience
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def tail(path: Path, lines: int = 8) -> str:
    """The last lines of a log, for an error message; empty if there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 16_384))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
