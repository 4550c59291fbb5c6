"""Volcengine's codes in our words."""

from collections.abc import Mapping
from typing import Any

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.volcengine import failures
from voice_engine.providers.volcengine.account import LOG_ID

_KINDS: dict[int, ProviderErrorKind] = {
    45000002: "invalid_audio",
    45000030: "auth",
    45000081: "idle_timeout",
    45000151: "invalid_audio",
    45000292: "quota",
}
# One code stands for many things; its words tell them apart.
_WORDS: tuple[tuple[str, ProviderErrorKind], ...] = (
    ("concurrency", "rate_limit"),
    ("quota exceeded", "quota"),
    ("mismatched with speaker", "bad_request"),
    ("access denied", "auth"),
    ("not granted", "auth"),
)


def failed(code: int, message: str, request_id: str = "") -> ProviderError:
    """An error frame, or a session that failed."""
    kind = next((kind for words, kind in _WORDS if words in message.lower()), _KINDS.get(code))
    return failures.told(kind or _family(code), code, message, request_id)


def refused(status: int, headers: Mapping[str, str], body: str) -> ProviderError:
    """An HTTP answer instead of the WebSocket."""
    return failures.refused(status, body, headers, headers.get(LOG_ID.lower(), ""))


def told(meta: Mapping[str, Any]) -> ProviderError:
    """The payload of ConnectionFailed or SessionFailed."""
    return failed(meta.get("status_code", 0), str(meta.get("message", "")))


def _family(code: int) -> ProviderErrorKind:
    return "bad_request" if 40000000 <= code < 50000000 else "server"
