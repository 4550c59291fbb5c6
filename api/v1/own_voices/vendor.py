"""A vendor's failure as an answer of the API, with the vendor's own code and request id."""

from collections.abc import Iterator
from contextlib import contextmanager

from voice_engine.kernel.errors import (
    BadRequest,
    Conflict,
    ProviderError,
    TooManyRequests,
    Unavailable,
    YingdaError,
)

_WAIT_S = 5.0


@contextmanager
def in_our_words() -> Iterator[None]:
    """While a vendor is asked."""
    try:
        yield
    except ProviderError as error:
        raise _answer(error) from error


def _answer(error: ProviderError) -> YingdaError:
    message = sentence(error)
    if error.kind == "rate_limit":
        return TooManyRequests("vendor_busy", message, retry_after=error.retry_after or _WAIT_S)
    if error.kind in ("auth", "quota"):
        return Conflict("vendor_account", message)
    if error.retryable:
        return Unavailable("vendor_unavailable", message)
    return BadRequest("vendor_refused", message)


def sentence(error: YingdaError) -> str:
    """For people, and for the vendor's support desk."""
    if not isinstance(error, ProviderError):
        return error.message
    own = [f"code {error.vendor_code}"] if error.vendor_code else []
    own += [f"request id {error.request_id}"] if error.request_id else []
    return f"{error.message} ({error.vendor}: {', '.join(own)})" if own else error.message
