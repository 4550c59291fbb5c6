"""MiniMax's codes in our words. Most of them come with HTTP 200."""

from typing import Any

from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.minimax import failures

_KINDS: dict[int, ProviderErrorKind] = {
    1001: "timeout",
    1002: "rate_limit",
    1004: "auth",
    1008: "quota",
    1026: "moderation",
    1027: "moderation",
    1039: "rate_limit",
    1041: "rate_limit",  # connections
    1042: "bad_request",  # characters nobody can say
    1043: "bad_request",  # a sample that is not the text it should be
    1044: "bad_request",
    2013: "bad_request",
    20132: "bad_request",  # the voice is unknown
    2037: "invalid_audio",  # a sample too short or too long
    2038: "auth",  # cloning is not enabled for this account
    2039: "bad_request",  # the voice's name is taken
    2042: "auth",  # somebody else's voice
    2045: "rate_limit",
    2048: "invalid_audio",
    2049: "auth",
    2056: "quota",
}


def check(said: dict[str, Any], trace: str = "") -> None:
    """Raise ProviderError if an answer says that something failed; `trace` is its Trace-Id header."""
    status = said.get("base_resp") or {}
    code = status.get("status_code", 0)
    if code or said.get("event") == "task_failed":
        kind = _KINDS.get(code, "server")
        raise failures.told(kind, code, status.get("status_msg", ""), said.get("trace_id") or trace)
