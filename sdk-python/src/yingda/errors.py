"""What can go wrong, one class for each thing that you would do something else about.

YingdaError
├── ConfigurationError     no key, a base URL that is none
├── ConnectionFailed       nobody answers there
│   └── TimedOut           not in time
├── UnexpectedAnswer       that is no Yingda server
├── WebhookError           a webhook that is not from your server
├── CallError              a live call that could not be connected, or was refused
└── APIError               an answer with an error: BadRequest, Unauthorized, NotFound, Conflict …
"""

from collections.abc import Mapping
from typing import Any


class YingdaError(Exception):
    """Anything of this SDK."""


class ConfigurationError(YingdaError):
    """The client cannot be made like this."""


class ConnectionFailed(YingdaError):
    """The server could not be reached, or the connection broke, as often as it was tried."""


class TimedOut(ConnectionFailed):
    """No answer within `timeout` seconds, or not within the `deadline` altogether."""


class UnexpectedAnswer(YingdaError):
    """An answer that no Yingda server gives: another server, or a page of a proxy's."""


class WebhookError(YingdaError):
    """The signature is missing, wrong or too old: do not trust the body."""


class CallError(YingdaError):
    """A live call could not be connected, or ended with an error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})" if code else message)
        self.code = code
        self.message = message


class APIError(YingdaError):
    """The server answered an error. `code` is for programs, `message` for people."""

    hint = ""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str]) -> None:
        told = body if isinstance(body, dict) else {}
        messages = told.get("message") or str(body or "no explanation")[:500]
        self.status = status
        self.messages: list[str] = messages if isinstance(messages, list) else [str(messages)]
        self.message = " ".join(self.messages)
        self.code = str(told.get("code") or told.get("error") or f"http_{status}")
        self.request_id = str(told.get("requestId") or headers.get("x-request-id", ""))
        self.body = body
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        known = f" [{self.status} {self.code}{f', request {self.request_id}' if self.request_id else ''}]"
        return f"{self.message}{known}{f' {self.hint}' if self.hint else ''}"


class BadRequest(APIError):
    """400: a field is wrong; `messages` has a sentence for each."""


class Unauthorized(APIError):
    """401: the key."""

    hint = "Check YINGDA_API_KEY: the private key starts with sk_; `yingda serve` prints one."


class PaymentRequired(APIError):
    """402: no credit left."""


class Forbidden(APIError):
    """403: the key may not do this."""

    hint = "Use a key with this scope, or add the scope to the key."


class NotFound(APIError):
    """404: no such thing in your organisation."""


class Conflict(APIError):
    """409: not in the state it is in. `references` says who still uses it."""

    @property
    def references(self) -> list[dict[str, Any]]:
        """`{type, id, name}` of what still refers to it, if that is the reason."""
        return list(self.body.get("references") or []) if isinstance(self.body, dict) else []


class PreconditionFailed(APIError):
    """412: somebody else has changed it meanwhile."""

    hint = "Read it again and repeat your change."


class TooLarge(APIError):
    """413: the body."""


class TooManyRequests(APIError):
    """429: too fast, or too many at once, even after waiting as asked."""

    hint = "Slow down, or ask for a higher limit."


class ServerError(APIError):
    """5xx: a fault of the server; report its request id."""


class Unavailable(ServerError):
    """503: not just now; it was tried again without success."""


_BY_STATUS: dict[int, type[APIError]] = {
    400: BadRequest, 401: Unauthorized, 402: PaymentRequired, 403: Forbidden, 404: NotFound, 409: Conflict,
    412: PreconditionFailed, 413: TooLarge, 422: BadRequest, 429: TooManyRequests, 503: Unavailable,
}  # fmt: skip


def from_answer(status: int, body: Any, headers: Mapping[str, str]) -> APIError:
    """The error of an answer."""
    kind = _BY_STATUS.get(status) or (ServerError if status >= 500 else APIError)
    return kind(status, body, headers)
