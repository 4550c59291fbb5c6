"""What vendors of OpenAI's protocol call their failures → our kinds, with what to do about them. Pure."""

from typing import Any

import httpx
import openai

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind

# Vendors' own codes, in lower case. The body decides before the status (GLM answers 429 to an unpaid bill),
# except that 401 and 402 can mean one thing only (GLM's 1002 is a bad key, MiniMax's a limit).
_NAMES: dict[ProviderErrorKind, str] = {
    "auth": "invalid_api_key invalid_authentication_error incorrect_api_key_error api_key_invalid "
    "accessdenied.unpurchased invalid_iam_token 1000 1001 1003 1004 1220 2049 10016 11200",
    "quota": "arrearage insufficient_quota exceeded_current_quota_error throttling.allocationquota "
    "1112 1113 1308 1309 1310 1311 1008 11201",
    "rate_limit": "limit_requests limit_burst_rate rate_limit_reached_error rate_limit_exceeded "
    "engine_overloaded_error rpm_rate_limit_exceeded tpm_rate_limit_exceeded throttling.ratequota "
    "resource_exhausted 1302 1303 1304 1305 1312 10007 10008 10110 11202 11203 1002 1039 18 336501 336502",
    "moderation": "data_inspection_failed content_filter 1301 10013 10014 10019 10021 1026 1027 336503",
    "bad_request": "invalid_parameter_error invalid_request_error model_not_found "
    "10003 10004 10005 10163 10907 2013",
}
_CODES = {code: kind for kind, codes in _NAMES.items() for code in codes.split()}
_STATUSES: dict[int, ProviderErrorKind] = {
    400: "bad_request", 401: "auth", 402: "quota", 403: "auth", 404: "bad_request", 408: "timeout",
    422: "bad_request", 429: "rate_limit",
}  # fmt: skip
_SURE = (401, 402)
_ADVICE: dict[ProviderErrorKind, str] = {
    "auth": "Check the key, and that it may use this model.",
    "quota": "Top up the account or raise its quota.",
    "rate_limit": "Try again, or ask the vendor for a higher limit.",
    "bad_request": "Check the model, its address and its options.",
    "moderation": "The vendor's content check refused this text.",
    "server": "Try again or use another provider.",
    "network": "Try again; if it persists, check the address.",
    "timeout": "Try again or use another provider.",
}


def fault(kind: ProviderErrorKind, vendor: str, reason: str, **more: Any) -> ProviderError:
    """An error that says what happened and what to do; `more` as ProviderError takes it."""
    ending = "" if reason.endswith((".", "!", "。", "！")) else "."
    return ProviderError(kind, vendor, f"{reason}{ending} {_ADVICE[kind]}", **more)


def of_exception(error: Exception, vendor: str) -> ProviderError:
    """One error for whatever the SDK or its connection raised."""
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, vendor)
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return fault("timeout", vendor, f"{vendor} did not answer in time")
    if isinstance(error, openai.APIConnectionError | httpx.HTTPError):
        cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
        why = str(cause or "")[:200]
        return fault("network", vendor, f"The connection to {vendor} failed{why and ': '}{why}")
    return fault("server", vendor, f"{vendor} sent something that is not an answer")


def _of_status(error: openai.APIStatusError, vendor: str) -> ProviderError:
    # `error.body` has lost what stands beside "error"
    code, sentence = _said(_json(error.response))
    status = error.status_code
    kind = _STATUSES[status] if status in _SURE else _CODES.get(code.lower()) or _of_number(status)
    reason = sentence or f"{vendor} answered {status}"
    if 300 <= status < 400:
        reason = f"{vendor} answered {status}, but redirects are not followed: give the final address"
    return fault(
        kind,
        vendor,
        reason,
        vendor_code=code or str(status),
        request_id=error.request_id or "",
        retry_after=_seconds(error.response.headers.get("retry-after")),
    )


def of_body(body: dict[str, Any], vendor: str, request_id: str = "") -> ProviderError | None:
    """The error that an item of the stream or a 200 answer holds; None when it holds none."""
    code, sentence = _said(body)
    if not code and not sentence:
        return None
    status = int(code) if code.isdecimal() and len(code) == 3 else 0
    kind = _CODES.get(code.lower()) or (_of_number(status) if status >= 400 else "server")
    return fault(kind, vendor, sentence or f"{vendor} failed", vendor_code=code, request_id=request_id)


def _of_number(status: int) -> ProviderErrorKind:
    return _STATUSES.get(status) or ("server" if status >= 500 else "bad_request")


def _json(response: Any) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _said(body: dict[str, Any]) -> tuple[str, str]:
    """Code and sentence wherever this vendor puts them: error, base_resp, or the top of the object."""
    error, base = body.get("error"), body.get("base_resp")
    if isinstance(error, dict) and error:
        code = error.get("code") or error.get("type") or "error"
        return str(code)[:100], _sentence(error)
    if error:
        return "error", str(error)[:300]
    if isinstance(base, dict) and base.get("status_code"):
        return str(base["status_code"])[:100], _sentence(base)
    code = body.get("code") or body.get("error_code")
    if code and str(code) != "200" and not body.get("choices"):
        return str(code)[:100], _sentence(body)
    return "", ""


def _sentence(holder: dict[str, Any]) -> str:
    found = holder.get("message") or holder.get("status_msg") or holder.get("error_msg") or ""
    return str(found)[:300]


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isdecimal() and len(value) < 8 else None
