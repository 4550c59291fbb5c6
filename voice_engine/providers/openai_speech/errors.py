"""Failures told in OpenAI's words, and in those of the servers that copy its interface → our kinds. Pure."""

from collections.abc import Mapping
from typing import Any

import orjson

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.failures import Failures

# Found by what a code or a type contains, in this order: invalid_api_key is no bad request.
_WORDS: tuple[tuple[str, ProviderErrorKind], ...] = (
    ("api_key", "auth"), ("authentication", "auth"), ("permission", "auth"), ("unauthorized", "auth"),
    ("insufficient_quota", "quota"), ("billing", "quota"),
    ("rate_limit", "rate_limit"), ("too_many", "rate_limit"),
    ("session_expired", "idle_timeout"), ("session_idle", "idle_timeout"),
    ("audio_format", "invalid_audio"), ("invalid_audio", "invalid_audio"),
    ("audio_unintelligible", "invalid_audio"),
    ("content_policy", "moderation"), ("content_filter", "moderation"), ("moderation", "moderation"),
    ("server_error", "server"), ("internal", "server"), ("overloaded", "server"),
    ("invalid", "bad_request"), ("not_found", "bad_request"), ("unsupported", "bad_request"),
    ("missing", "bad_request"), ("unknown", "bad_request"),
)  # fmt: skip


def kind_of(*words: object) -> ProviderErrorKind:
    """The kind of a failure by its code, else its type; what nobody has documented is the server's own."""
    for word in words:
        plain = str(word or "").lower()
        for part, kind in _WORDS:
            if part in plain:
                return kind
    return "server"


def failed(failures: Failures, error: Mapping[str, Any], request_id: str = "") -> ProviderError:
    """An `error` object that came over a socket or inside a stream."""
    code, of_type = error.get("code"), error.get("type")
    words = error.get("message") or "it failed without a word"
    return failures.told(kind_of(code, of_type), code or of_type or "", words, request_id)


def refused(failures: Failures, status: int, headers: Mapping[str, str], body: str) -> ProviderError:
    """An HTTP refusal: OpenAI's `error`, FastAPI's `detail`, or words of any kind."""
    sentence, code = _said(body)
    sentence = sentence.rstrip(".。")
    failure = failures.refused(status, sentence, headers, headers.get("x-request-id", ""))
    told = kind_of(code) if code else "server"
    if told in ("quota", "moderation", "invalid_audio") and 400 <= status < 500:
        return failures.told(told, code, sentence, failure.request_id)
    return failure


def _said(body: str) -> tuple[str, str]:
    """The sentence and the code of a refusal."""
    try:
        found: Any = orjson.loads(body)
    except ValueError:
        return body, ""
    if not isinstance(found, dict):
        return str(found), ""
    error = found.get("error") or found.get("detail") or found
    if isinstance(error, list) and error:  # FastAPI's list of what is wrong with a request
        error = {"message": "; ".join(str(one.get("msg", one)) for one in error if isinstance(one, dict))}
    if not isinstance(error, dict):
        return str(error), ""
    return str(error.get("message") or body), str(error.get("code") or error.get("type") or "")
