"""What children say: kept in files that do not grow without end, and the alarming part shown at once."""

import json
import os
import re
from collections import deque
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Literal

MAX_BYTES = 10_000_000
KEEP = 3  # old files
MAX_LINE = 64_000  # bytes; a longer line is cut into several
ECHO_LINES = 20  # a child may echo this many lines …
ECHO_WINDOW = 10.0  # … in this many seconds

Severity = Literal["quiet", "warning", "error"]
_LOUD: dict[str, Severity] = {
    "warning": "warning", "warn": "warning", "error": "error", "critical": "error",
    "fatal": "error", "panic": "error", "exception": "error",
}  # fmt: skip


def severity(line: str) -> Severity:
    """How loud is a line? Understands our JSON, and the usual words in other programs' text."""
    if line.startswith("{"):
        try:
            return _LOUD.get(str(json.loads(line).get("level", "")).lower(), "quiet")
        except (ValueError, AttributeError):
            return "quiet"
    for word in line[:120].replace("[", " ").replace("]", " ").replace(":", " ").replace("/", " ").split():
        found = _LOUD.get(word.lower()) if word.isupper() else None
        if found:
            return found
    return "quiet"


class Alarms:
    """The lines that a person should see now. Of a traceback that is the last: the exception itself."""

    def __init__(self, unremarkable: re.Pattern[str] | None = None) -> None:
        self._unremarkable = unremarkable
        self._in_traceback = False

    def hear(self, line: str) -> tuple[Severity, str] | None:
        """The line as it should be shown, if it should."""
        if self._unremarkable and self._unremarkable.search(line):
            return None
        if line.startswith("Traceback "):
            self._in_traceback = True
            return None
        if self._in_traceback:
            if not line or line[0].isspace():
                return None
            self._in_traceback = False
            return "error", line
        found = severity(line)
        return (found, readable(line)) if found != "quiet" else None


def readable(line: str) -> str:
    """Our JSON as one line for people: event, then fields."""
    try:
        fields = json.loads(line)
        event = str(fields.pop("event"))
    except (ValueError, AttributeError, KeyError):
        return line
    for name in ("timestamp", "service", "component", "level", "pii"):
        fields.pop(name, None)
    trace = fields.pop("exception", None)
    words = " ".join(f"{name}={value}" for name, value in fields.items())
    return f"{event} {words}".strip() + (f"\n{trace}" if trace else "")


@dataclass(slots=True)
class Throttle:
    """A flood of warnings must not hide the line that matters."""

    _times: deque[float] = field(default_factory=lambda: deque(maxlen=ECHO_LINES))
    hidden: int = 0

    def allows(self, now: float) -> bool:
        if len(self._times) == ECHO_LINES and now - self._times[0] < ECHO_WINDOW:
            self.hidden += 1
            return False
        self._times.append(now)
        return True


class RotatingLog:
    """`name.log`, then `name.log.1` … `.3`. Writing never raises: `trouble` says what the disk said."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self.path = path
        self.trouble = ""
        self.last = deque[str](maxlen=12)
        self._max_bytes = max_bytes
        self._file: FileIO | None = None
        self._size = 0

    def write(self, line: bytes) -> None:
        """One line, without its newline."""
        self.last.append(line.decode(errors="replace"))
        try:
            if self._file is None or self._size + len(line) > self._max_bytes:
                self._next_file(len(line))
            assert self._file is not None
            self._file.write(line + b"\n")
            self._size += len(line) + 1
            self.trouble = ""
        except OSError as error:
            self.trouble = error.strerror or str(error)
            self.close()

    def _next_file(self, coming: int) -> None:
        self.close()
        self._size = self.path.stat().st_size if self.path.exists() else 0
        if self._size and self._size + coming > self._max_bytes:
            for number in range(KEEP, 1, -1):
                older = self.path.with_name(f"{self.path.name}.{number - 1}")
                if older.exists():
                    older.rename(self.path.with_name(f"{self.path.name}.{number}"))
            self.path.rename(self.path.with_name(f"{self.path.name}.1"))
            self._size = 0
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = os.fdopen(handle, "ab", buffering=0)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Lines:
    """Bytes as a pipe brings them in, whole lines out."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE:
            whole.append(self._rest)
            self._rest = b""
        return [piece for line in whole for piece in _pieces(line)]

    def end(self) -> list[bytes]:
        rest, self._rest = self._rest, b""
        return [rest] if rest else []


def _pieces(line: bytes) -> list[bytes]:
    return [line[start : start + MAX_LINE] for start in range(0, max(1, len(line)), MAX_LINE)]
