"""Tencent Cloud's codes in our words."""

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.tencent import failures

_KINDS: dict[int, ProviderErrorKind] = {
    4000: "rate_limit",  # sound faster than its ear
    4001: "bad_request",
    4002: "auth",
    4003: "auth",
    4004: "quota",
    4005: "quota",
    4006: "rate_limit",
    4007: "invalid_audio",
    4008: "idle_timeout",
    4009: "network",
    4010: "bad_request",
    6001: "auth",
}


def failed(code: int, message: str, request_id: str) -> ProviderError:
    """A message whose `code` is not 0. Codes that nobody has documented are the vendor's own problem."""
    return failures.told(_KINDS.get(code, "server"), code, message, request_id)
