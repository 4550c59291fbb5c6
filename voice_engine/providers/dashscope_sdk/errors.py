"""The vendor's errors in our words."""

from collections.abc import Mapping
from typing import Any

import websocket

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.dashscope_sdk import failures
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


def provider_error(error: Exception) -> ProviderError:
    """Whatever the SDK or its socket raised, as ours."""
    if isinstance(error, ProviderError):
        return error
    if isinstance(error, websocket.WebSocketBadStatusException):
        return failures.refused(error.status_code, "", error.resp_headers)
    if isinstance(error, TimeoutError | websocket.WebSocketTimeoutException):
        return failures.of("timeout", "DashScope is silent.")
    errors = sdk().v2.errors
    if isinstance(error, errors.APITimeoutError):
        return failures.of("timeout", "DashScope is silent.")
    if isinstance(error, errors.APIConnectionError):
        return failures.of("network", "The connection broke.", request_id=error.request_id or "")
    if isinstance(error, errors.DashScopeError):
        return _failed(error)
    if isinstance(error, OSError | RuntimeError | websocket.WebSocketException):
        return failures.of("network", f"There is no connection ({type(error).__name__}).")
    return failures.of("server", f"DashScope's answer makes no sense ({type(error).__name__}).")


def _failed(error: Any) -> ProviderError:
    body = error.body if isinstance(error.body, Mapping) else {}
    if body.get("type") == "error":  # of a realtime session
        return vendor_failure(body.get("error") or {}, str(body.get("event_id") or ""))
    code, message, request = error.code or "", error.message or "no reason given", error.request_id or ""
    if "header" in body or not error.status_code:  # of a task, where the SDK makes up the status
        return _classified(code, message, request)
    refused = failures.refused(error.status_code, "", error.headers)
    return _classified(code or str(error.status_code), message, request, refused.kind, refused.retry_after)


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
    return failures.of(kind, reason, code, request_id=request_id, retry_after=retry_after)
