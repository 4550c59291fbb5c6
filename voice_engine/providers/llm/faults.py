"""What vendors of OpenAI's protocol call their failures → our kinds, with what to do about them. Pure."""

from collections.abc import Mapping
from typing import Any

import httpx
import openai

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.llm.answer import id_of
from voice_engine.providers.llm.calls import as_dicts
from voice_engine.providers.llm.vendors import codes_of, matches, vendor_of

_STATUSES: dict[int, ProviderErrorKind] = {
    400: "bad_request", 401: "auth", 402: "quota", 403: "auth", 404: "bad_request", 408: "timeout",
    422: "bad_request", 429: "rate_limit",
}  # fmt: skip
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
    body = _json(error.response)  # `error.body` has lost what stands beside "error"
    words, sentence = _said(body)
    status = error.status_code
    kind, code = _judged(vendor, words, sentence, status)
    reason = sentence or f"{vendor} answered {status}"
    if 300 <= status < 400:
        reason = f"{vendor} answered {status}, but redirects are not followed: give the final address"
    return fault(
        kind,
        vendor,
        reason,
        vendor_code=code or str(status),
        request_id=request_id(error.response.headers, vendor) or id_of(body),
        retry_after=_seconds(error.response.headers.get("retry-after")),
    )


def of_body(body: dict[str, Any], vendor: str, request_id: str = "") -> ProviderError | None:
    """The error that an item of the stream or a 200 answer holds; None when it holds none."""
    words, sentence = _said(body)
    if not words and not sentence:
        return None
    status = int(words[0]) if words and _is_status(words[0]) else 0
    kind, code = _judged(vendor, words, sentence, status)
    more = {"vendor_code": code, "request_id": request_id or id_of(body)}
    return fault(kind, vendor, sentence or f"{vendor} failed", **more)


def request_id(headers: Mapping[str, str], vendor: str) -> str:
    """What the vendor calls a request, where its headers say so."""
    return next((headers[name] for name in vendor_of(vendor).request_id if headers.get(name)), "")[:100]


def _judged(vendor: str, words: list[str], sentence: str, status: int) -> tuple[ProviderErrorKind, str]:
    """The kind of a failure, and the word for it: by the vendor's sentence or codes, else by the status.

    The body knows better: GLM answers 429 to an unpaid bill.
    """
    first = next((word for word in words if not _is_status(word)), "".join(words[:1]))
    known = _known(vendor, words, sentence)
    if known and (status < 300 or known[0] != "bad_request"):  # many call every refusal a bad request
        return known
    return _of_number(status) if status >= 300 else "server", known[1] if known else first


def _known(vendor: str, words: list[str], sentence: str) -> tuple[ProviderErrorKind, str] | None:
    for kind, parts in vendor_of(vendor).sentences.items():
        if any(part in sentence.lower() for part in parts):
            return kind, "".join(words[:1])
    for word in words:
        if meant := _meant(vendor, word):
            return meant, word
    return None


def _is_status(word: str) -> bool:
    return word.isdecimal() and len(word) == 3


def _meant(vendor: str, word: str) -> ProviderErrorKind | None:
    word, codes = word.lower(), codes_of(vendor)
    return codes.get(word) or next((codes[p] for p in codes if "*" in p and matches(word, (p,))), None)


def _of_number(status: int) -> ProviderErrorKind:
    return _STATUSES.get(status) or ("server" if status >= 500 else "bad_request")


def _json(response: Any) -> dict[str, Any]:
    try:
        found = response.json()
    except (ValueError, RecursionError):
        return {}
    return next(iter(as_dicts(found)), {})  # Gemini puts its error into a list


def _said(body: dict[str, Any]) -> tuple[list[str], str]:
    """Codes, the most telling first, and sentence, wherever this vendor puts them."""
    error, base = body.get("error"), body.get("base_resp")
    if isinstance(error, dict) and error:
        reasons = [detail.get("reason") for detail in as_dicts(error.get("details"))]
        words = [error.get("code"), *reasons, error.get("type"), error.get("status")]
        return _words(*words) or ["error"], _sentence(error)
    if error:
        return ["error"], str(error)[:300]
    if isinstance(base, dict) and base.get("status_code"):
        return _words(base["status_code"]), _sentence(base)
    code = body.get("code") or body.get("error_code")
    if code and str(code) != "200" and not body.get("choices"):
        return _words(code, body.get("type")), _sentence(body)
    return [], ""


def _words(*found: Any) -> list[str]:
    return [str(word)[:100] for word in found if word]


def _sentence(holder: dict[str, Any]) -> str:
    found = holder.get("message") or holder.get("status_msg") or holder.get("error_msg") or ""
    return str(found)[:300]


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isdecimal() and len(value) < 8 else None
