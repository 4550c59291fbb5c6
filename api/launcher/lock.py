"""One owner per directory. The kernel keeps the lock, so kill -9 and power loss leave nothing stale."""

import fcntl
import os
from pathlib import Path
from types import TracebackType

from voice_engine.kernel.errors import Conflict


class DirectoryLock:
    """Holds `path` while this process lives; the file names the owner for the message the next one gets."""

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self._what = what
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        return self._fd is not None

    def acquire(self) -> None:
        """Raises Conflict `already_running` with the owner's pid. Does nothing if we hold it already."""
        if self.held:
            return
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(fd, 32).decode(errors="replace").strip() or "unknown"
            os.close(fd)
            raise Conflict(
                "already_running",
                f"{self._what} is in use by process {owner}. Stop that one (kill {owner}),"
                " or choose another directory with YINGDA_DATA_DIR.",
                pid=owner,
            ) from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self._fd = fd

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> "DirectoryLock":
        self.acquire()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.release()


def owner(path: Path) -> int | None:
    """Who holds the lock now? None if nobody does; 0 if somebody does who has not said who."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        text = os.read(fd, 32).decode(errors="replace").strip()
        return int(text) if text.isdigit() else 0
    finally:
        os.close(fd)
