"""What an error may say in a log or a table: its type and the masked first line of its message.

The lines after the first are where PostgreSQL and Pydantic quote the values that broke something, which may
be anybody's personal data. Tracebacks keep every frame.
"""

from traceback import TracebackException
from types import TracebackType

from voice_engine.kernel.mask import mask

_LONGEST = 300  # characters kept of a message
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def said(error: BaseException) -> str:
    """One line: `ValueError: what went wrong`."""
    line = _first_line(error)
    name = type(error).__name__
    return f"{name}: {line}" if line else name


def traced(exc_info: ExcInfo) -> str:
    """The traceback with its causes, each as `said` words it."""
    trace = TracebackException(*exc_info, compact=True)
    _reword(trace, set())
    return "".join(trace.format()).rstrip("\n")


def _reword(trace: TracebackException, seen: set[int]) -> None:
    if id(trace) in seen:
        return
    seen.add(id(trace))
    vars(trace)["_str"] = _short(str(trace))
    vars(trace)["__notes__"] = None
    for other in (trace.__cause__, trace.__context__, *(trace.exceptions or ())):
        if other is not None:
            _reword(other, seen)


def _first_line(error: BaseException) -> str:
    try:
        return _short(str(error))
    except Exception:  # noqa: BLE001 - boundary: an error that cannot be worded must still be logged
        return "its message cannot be read"


def _short(message: str) -> str:
    lines = message.strip().splitlines()
    return mask(lines[0])[:_LONGEST].replace("\x00", "") if lines else ""
