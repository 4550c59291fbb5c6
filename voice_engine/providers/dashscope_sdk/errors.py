"""The vendor's errors in our words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import websocket

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.dashscope_sdk import VENDOR
from voice_engine.providers.dashscope_sdk.links import sdk

_CODES: tuple[tuple[str, ProviderErrorKind], ...] = (
    ("InvalidApiKey", "auth"),
    ("AccessDenied", "auth"),
    ("Arrearage", "quota"),
    ("AllocationQuota", "quota"),
    ("Throttling", "rate_limit"),
    ("DataInspection", "moderation"),
    ("InternalError", "server"),
    ("ServiceUnavailable", "server"),
    ("GatewayTimeout", "server"),
    ("NO_VALID_AUDIO", "invalid_audio"),
    ("UNSUPPORTED_FORMAT", "invalid_audio"),
    ("InvalidParameter", "bad_request"),
    ("Model", "bad_request"),
    ("invalid_", "bad_request"),
    ("rate_limit", "rate_limit"),
    ("server_error", "server"),
)
_WORDS: tuple[tuple[str, ProviderErrorKind], ...] = (
    ("decode audio", "invalid_audio"),
    ("rate limit", "rate_limit"),
    ("timeout", "idle_timeout"),
)
_ADVICE: dict[ProviderErrorKind, str] = {
    "auth": "Check the DashScope API key, and that the model is enabled for it.",
    "quota": "Top up the Aliyun account or raise its quota.",
    "rate_limit": "Too many requests at once; try again, or ask Aliyun for a higher limit.",
    "idle_timeout": "The vendor waited too long for input; start again.",
    "invalid_audio": "The vendor could not read the sound; check its sample rate.",
    "bad_request": "Check the model, the voice and the options of the assistant.",
    "moderation": "The vendor's content check refused this text.",
    "server": "DashScope has a problem; try again or use another provider.",
    "network": "The connection to DashScope failed; try again.",
    "timeout": "DashScope did not answer in time; try again or use another provider.",
}


def failure(kind: ProviderErrorKind, reason: str, code: str = "", **more: Any) -> ProviderError:
    """A ProviderError that says what happened and what to do."""
    return ProviderError(kind, VENDOR, f"{reason} {_ADVICE[kind]}", vendor_code=code, **more)


@contextmanager
def sensible() -> Iterator[None]:
    """While reading what the vendor sent: fields of unexpected kinds become a ProviderError."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise failure("server", f"DashScope's answer makes no sense ({type(error).__name__}).") from error


def provider_error(error: Exception) -> ProviderError:
    """Whatever the SDK or its socket raised, as ours."""
    if isinstance(error, ProviderError):
        return error
    if isinstance(error, websocket.WebSocketBadStatusException):
        return _refused(error)
    if isinstance(error, TimeoutError | websocket.WebSocketTimeoutException):
        return failure("timeout", "DashScope is silent.")
    errors = sdk().v2.errors
    if isinstance(error, errors.APITimeoutError):
        return failure("timeout", "DashScope is silent.")
    if isinstance(error, errors.APIConnectionError):
        return failure("network", "The connection broke.", request_id=error.request_id or "")
    if isinstance(error, errors.DashScopeError):
        return _failed(error)
    if isinstance(error, OSError | RuntimeError | websocket.WebSocketException):
        return failure("network", f"There is no connection ({type(error).__name__}).")
    return failure("server", f"DashScope's answer makes no sense ({type(error).__name__}).")


def _refused(error: websocket.WebSocketBadStatusException) -> ProviderError:
    status, wait = error.status_code, _wait(error.resp_headers)
    return failure(
        _by_status(status), f"DashScope refused with HTTP {status}.", str(status), retry_after=wait
    )


def _by_status(status: int) -> ProviderErrorKind:
    if status in (401, 403):
        return "auth"
    if status == 429:
        return "rate_limit"
    return "server" if status >= 500 else "bad_request"


def _wait(headers: Mapping[str, str] | None) -> float | None:
    wait = (headers or {}).get("retry-after", "")
    return float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 8 else None


def _failed(error: Any) -> ProviderError:
    body = error.body if isinstance(error.body, Mapping) else {}
    if body.get("type") == "error":  # of a realtime session
        return vendor_failure(body.get("error") or {}, str(body.get("event_id") or ""))
    code, message, request = error.code or "", error.message or "no reason given", error.request_id or ""
    if "header" in body or not error.status_code:  # of a task, where the SDK makes up the status
        return _classified(code, message, request)
    otherwise, wait = _by_status(error.status_code), _wait(error.headers)
    return _classified(code or str(error.status_code), message, request, otherwise, wait)


def vendor_failure(error: Mapping[str, Any], request_id: str = "") -> ProviderError:
    """What a realtime session says went wrong: code, type and message."""
    code = str(error.get("code") or error.get("type") or "")
    return _classified(code, str(error.get("message") or "no reason given"), request_id)


def _classified(
    code: str,
    message: str,
    request_id: str,
    otherwise: ProviderErrorKind | None = None,
    retry_after: float | None = None,
) -> ProviderError:
    kind = next((kind for start, kind in _CODES if code.startswith(start)), None)
    if kind is None:
        kind = next((kind for words, kind in _WORDS if words in message.lower()), None)
    if kind is None:
        kind = otherwise or ("bad_request" if code == "CLIENT_ERROR" else "server")
    reason = f"DashScope says: {message.rstrip('.')}."
    return failure(kind, reason, code, request_id=request_id, retry_after=retry_after)
