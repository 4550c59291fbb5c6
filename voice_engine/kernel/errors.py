"""Every error a program or a person may meet, drawn as a tree.

YingdaError                    code, message, retryable, details
├── BadRequest           400   malformed or not allowed; the message names the field
├── Unauthorized         401   no key, a wrong one, an expired one
├── Forbidden            403   a good key that may not do this
├── NotFound             404   not there, or not yours
├── Conflict             409   the thing is in another state
├── TooManyRequests      429   `retry_after` seconds
├── Unavailable          503   a part we need is down; try again
└── ProviderError         –    a vendor failed; `kind` says how
"""

from typing import Any, Literal

ProviderErrorKind = Literal[
    "auth", "quota", "rate_limit", "idle_timeout", "invalid_audio", "bad_request",
    "moderation", "server", "network", "timeout",
]  # fmt: skip
_LONGEST_ID = 200  # characters of a vendor's code or request id: they go into logs and events
RETRYABLE_KINDS = frozenset({"rate_limit", "idle_timeout", "server", "network", "timeout"})


def writable(text: str) -> str:
    """Text as UTF-8 can hold it: half a surrogate pair, which JSON may carry, becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class YingdaError(Exception):
    """An error with a stable code for programs and a sentence for people."""

    status = 500
    retryable = False

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class BadRequest(YingdaError):
    status = 400


class Unauthorized(YingdaError):
    status = 401


class Forbidden(YingdaError):
    status = 403


class NotFound(YingdaError):
    status = 404


class Conflict(YingdaError):
    status = 409


class StillUsed(Conflict):
    """Something else refers to it. `references` is a list of `{type, id, name}`: what must let go first.

    `{users}` in the message stands for their names.
    """

    def __init__(self, code: str, message: str, references: list[dict[str, str]]) -> None:
        users = ", ".join(f"{one['type']} {one['name'] or one['id']}" for one in references)
        super().__init__(code, message.replace("{users}", users), references=references)


class TooManyRequests(YingdaError):
    status = 429
    retryable = True

    def __init__(self, code: str, message: str, *, retry_after: float, **details: Any) -> None:
        super().__init__(code, message, **details)
        self.retry_after = retry_after


class Unavailable(YingdaError):
    status = 503
    retryable = True


class ProviderError(YingdaError):
    """A vendor failed. Raised once, at the adapter's edge.

    `vendor_code` and `request_id` are the vendor's own words, for its support desk and for our log.
    """

    def __init__(
        self,
        kind: ProviderErrorKind,
        vendor: str,
        message: str,
        *,
        vendor_code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        vendor_code, request_id = writable(vendor_code[:_LONGEST_ID]), writable(request_id[:_LONGEST_ID])
        message = writable(message)
        super().__init__(f"{vendor}.{kind}", message, vendor_code=vendor_code, request_id=request_id)
        self.kind: ProviderErrorKind = kind
        self.vendor = vendor
        self.vendor_code = vendor_code
        self.request_id = request_id
        self.retry_after = retry_after
        self.retryable = kind in RETRYABLE_KINDS
