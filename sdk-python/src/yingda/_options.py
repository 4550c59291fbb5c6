"""What can be said about one request beside what it asks for."""

from collections.abc import Mapping
from os import PathLike
from typing import IO, Any, TypedDict

FileInput = PathLike[str] | IO[bytes] | bytes | tuple[str, bytes]
"""A file to upload: a path, an open file, bytes, or a name with bytes. A `str` is never a path."""


class Options(TypedDict, total=False):
    """For one request; what is left out is the client's."""

    idempotency_key: str
    """Yours for a write, e.g. your order's number: the same key never does the same thing twice in 24 h."""
    timeout: float
    """Seconds for one attempt."""
    deadline: float
    """Seconds for all attempts and the pauses between them."""
    max_retries: int
    """Attempts after the first one."""
    headers: Mapping[str, str]
    """Sent beside ours."""
    extra: Mapping[str, Any]
    """Fields that this SDK does not know yet, in the API's words; they go where the others go."""


class Given(TypedDict, total=False):
    """The base of every method's arguments."""

    options: Options
    """For this request only."""
