"""How the vendor may fail. One fault at a time, at one point of a task's life."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "refuse", "fail", "drop", "garbage", "odd", "oversized", "stall", "deaf", "end", "late", "stale", "early",
]  # fmt: skip
Point = Literal["start", "finish"] | int
OVERSIZED = 9 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """`at` is where it strikes: instead of task-started, of task-finished, or of the n-th result (from 0)."""

    kind: Kind
    at: Point = "start"
    code: str = ""
    message: str = ""
    status: int = 0
    seconds: float = 0.0


def refuse(status: int, retry_after: float = 0.0) -> Fault:
    """An HTTP answer instead of the upgrade: 401, 403, 429, 503 …"""
    return Fault("refuse", status=status, seconds=retry_after)


def redirect(to: str) -> Fault:
    """Sends the client, with its key, to another address."""
    return Fault("refuse", status=302, message=to)


def fail(code: str, message: str = "", at: Point = "start") -> Fault:
    """task-failed with the vendor's words, then the socket is closed."""
    return Fault("fail", at, code, message or f"{code} as ordered")


def drop(at: Point) -> Fault:
    """The connection breaks without a close frame."""
    return Fault("drop", at)


def never_start() -> Fault:
    """The socket opens and nothing follows."""
    return Fault("stall", "start")


def never_finish() -> Fault:
    """Everything but task-finished."""
    return Fault("stall", "finish")


def stall(at: Point) -> Fault:
    """Nothing more is said; pings are still answered."""
    return Fault("stall", at)


def deaf(at: Point) -> Fault:
    """Nothing more is said, read or answered, as when a cable is pulled."""
    return Fault("deaf", at)


def garbage(at: Point) -> Fault:
    """A text frame that is not JSON."""
    return Fault("garbage", at)


def odd(at: Point) -> Fault:
    """A result whose fields are of other kinds than they should be."""
    return Fault("odd", at)


def end(at: Point) -> Fault:
    """task-finished although the client has not finished."""
    return Fault("end", at)


def oversized(at: Point) -> Fault:
    """A frame of nine megabytes."""
    return Fault("oversized", at)


def late(seconds: float) -> Fault:
    """Every result comes this much later."""
    return Fault("late", seconds=seconds)


def stale() -> Fault:
    """After each final of the recogniser an old partial of the same sentence comes again."""
    return Fault("stale")


def early() -> Fault:
    """A result before task-started."""
    return Fault("early")
