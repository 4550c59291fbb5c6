"""How a vendor on a socket may fail. One fault at a time, at one point of a piece of work."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "refuse", "fail", "drop", "close", "garbage", "odd", "oversized", "stall", "deaf", "end", "late",
    "stale", "early",
]  # fmt: skip
Point = Literal["start", "finish"] | int
OVERSIZED = 9 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """`at`: instead of the answer to the beginning, of the n-th result (from 0), of the last word."""

    kind: Kind
    at: Point = "start"
    code: str = ""
    message: str = ""
    status: int = 0
    seconds: float = 0.0


def refuse(status: int, body: str = "", retry_after: float = 0.0) -> Fault:
    """An HTTP answer instead of the upgrade: 401, 403, 429, 503 …"""
    return Fault("refuse", status=status, message=body, seconds=retry_after)


def redirect(to: str) -> Fault:
    """DashScope's emulator: the client is sent, with its key, to another address."""
    return Fault("refuse", status=302, message=to)


def fail(code: object, message: str = "", at: Point = "start") -> Fault:
    """The vendor's own error message, then the socket is closed."""
    return Fault("fail", at, str(code), message or f"{code} as ordered")


def drop(at: Point = "start") -> Fault:
    """The connection breaks without a close frame."""
    return Fault("drop", at)


def close(code: int, reason: str = "", at: Point = "start") -> Fault:
    """A close frame out of turn."""
    return Fault("close", at, message=reason, status=code)


def stall(at: Point = "start") -> Fault:
    """Nothing more is said; pings are still answered."""
    return Fault("stall", at)


def deaf(at: Point = "start") -> Fault:
    """Nothing more is said, read or answered, as when a cable is pulled."""
    return Fault("deaf", at)


def garbage(at: Point = "start") -> Fault:
    """A message that is not in the vendor's language."""
    return Fault("garbage", at)


def odd(at: Point = "start") -> Fault:
    """A message whose fields are of other kinds than they should be."""
    return Fault("odd", at)


def oversized(at: Point = 0) -> Fault:
    """A message of nine megabytes."""
    return Fault("oversized", at)


def end(at: Point = 0) -> Fault:
    """The vendor ends by itself although the client has not finished."""
    return Fault("end", at)


def late(seconds: float) -> Fault:
    """Every message comes this much later."""
    return Fault("late", seconds=seconds)


def stale() -> Fault:
    """DashScope's emulator: after each final an old partial of the same sentence comes again."""
    return Fault("stale")


def early() -> Fault:
    """DashScope's emulator: a result before task-started."""
    return Fault("early")


def read(text: str) -> Fault:
    """A fault as people write it: `refuse:503`, `fail:4006`, `drop`, `stall`, `garbage`, `late:0.5`.

    ValueError for anything else.
    """
    kind, _, detail = text.partition(":")
    match kind:
        case "refuse":
            return refuse(int(detail or 503))
        case "fail":
            return fail(detail)
        case "late":
            return late(float(detail or 0.5))
        case "drop" | "stall" | "garbage" | "odd" | "deaf":
            return Fault(kind)
    raise ValueError(
        f"{text!r} is no fault: refuse:503, fail:CODE, late:SECONDS, drop, stall, garbage, odd, deaf"
    )
