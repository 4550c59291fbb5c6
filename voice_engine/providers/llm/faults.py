"""What vendors of OpenAI's protocol call their failures → our kinds. Pure but for reading exceptions."""

from typing import Any

import openai

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind

# vendors' own codes, in lower case; the body decides before the status (GLM answers 429 to an unpaid bill)
_CODES: dict[str, ProviderErrorKind] = {
    "invalid_api_key": "auth", "invalid_authentication_error": "auth", "incorrect_api_key_error": "auth",
    "accessdenied.unpurchased": "auth", "invalid_iam_token": "auth",
    "arrearage": "quota", "insufficient_quota": "quota", "exceeded_current_quota_error": "quota",
    "1113": "quota", "1008": "quota",
    "limit_requests": "rate_limit", "limit_burst_rate": "rate_limit",
    "rate_limit_reached_error": "rate_limit",
    "engine_overloaded_error": "rate_limit", "rpm_rate_limit_exceeded": "rate_limit",
    "tpm_rate_limit_exceeded": "rate_limit", "1302": "rate_limit", "1303": "rate_limit", "1305": "rate_limit",
    "10007": "rate_limit", "1002": "rate_limit",
    "data_inspection_failed": "moderation", "content_filter": "moderation", "1301": "moderation",
    "10013": "moderation", "10014": "moderation", "1026": "moderation", "1027": "moderation",
}  # fmt: skip
_STATUSES: dict[int, ProviderErrorKind] = {
    400: "bad_request", 401: "auth", 402: "quota", 403: "auth", 404: "bad_request", 408: "timeout",
    422: "bad_request", 429: "rate_limit",
}  # fmt: skip


def of_exception(error: Exception, vendor: str) -> ProviderError:
    """One error for whatever the SDK raised."""
    if isinstance(error, openai.APITimeoutError):
        return ProviderError("timeout", vendor, f"{vendor} did not answer in time.")
    if isinstance(error, openai.APIConnectionError):
        return ProviderError("network", vendor, f"{vendor} could not be reached.")
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, vendor)
    if isinstance(error, openai.APIError):
        return of_body(error.body, vendor) or ProviderError("server", vendor, error.message)
    return ProviderError("server", vendor, f"{vendor} sent something that is not an answer.")


def _of_status(error: openai.APIStatusError, vendor: str) -> ProviderError:
    code = _code(error.body)
    status = error.status_code
    kind = _CODES.get(code.lower()) or _STATUSES.get(status) or ("server" if status >= 500 else "bad_request")
    return ProviderError(
        kind,
        vendor,
        _sentence(error.body) or f"{vendor} answered {status}.",
        vendor_code=code or str(status),
        request_id=error.request_id or "",
        retry_after=_seconds(error.response.headers.get("retry-after")),
    )


def of_body(body: Any, vendor: str) -> ProviderError | None:
    """The error an in-stream object or a 200 answer holds; None when it holds none."""
    code = _code(body)
    if not code or code in ("0", "200"):
        return None
    return ProviderError(
        _CODES.get(code.lower(), "server"), vendor, _sentence(body) or f"{vendor} failed.", vendor_code=code
    )


def _code(body: Any) -> str:
    """`code` wherever this vendor puts it: error.code, code, base_resp.status_code."""
    if not isinstance(body, dict):
        return ""
    for holder in (body.get("error"), body.get("base_resp"), body):
        if isinstance(holder, dict):
            found = holder.get("code") or holder.get("status_code") or holder.get("type")
            if found:
                return str(found)
    return ""


def _sentence(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    for holder in (body.get("error"), body.get("base_resp"), body):
        if isinstance(holder, dict) and (text := holder.get("message") or holder.get("status_msg")):
            return str(text)[:300]
    return ""


def _seconds(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        return None
