"""Baidu's codes in our words: those of the recogniser, of the voices and of the gateway before them."""

from typing import Any

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.baidu import failures

NOTHING_HEARD = (-3003, -3005, -3013)  # of one sentence; the session goes on
_HEARING: dict[int, ProviderErrorKind] = {-3008: "bad_request", -3101: "idle_timeout"}
_LIMITS = ("qps", "concurren", "limit", "并发", "超限")  # what -3004 says when it is not the key
_SPEAKING: dict[int, ProviderErrorKind] = {
    500: "bad_request",
    501: "bad_request",
    502: "auth",
    513: "bad_request",
    6: "auth",
    13: "rate_limit",
    14: "auth",
    15: "rate_limit",
    16: "quota",
    17: "quota",
    18: "rate_limit",
    19: "quota",
    100: "auth",
    110: "auth",
    111: "auth",
}


def unheard(said: dict[str, Any]) -> ProviderError:
    """A session that the recogniser gives up."""
    code, words = said["err_no"], str(said.get("err_msg", ""))
    kind = _HEARING.get(code, "server")
    if code == -3004:
        kind = "rate_limit" if any(word in words.lower() for word in _LIMITS) else "auth"
    return failures.told(kind, code, words, said.get("log_id") or said.get("sn", ""))


def unspoken(said: dict[str, Any]) -> ProviderError:
    """An answer of the voices that holds no sound."""
    code = said.get("err_no") or said.get("error_code") or said.get("code") or 0
    words = said.get("err_msg") or said.get("error_msg") or said.get("message") or ""
    session = (said.get("headers") or {}).get("session_id", "")
    return failures.told(_SPEAKING.get(code, "server"), code, words, said.get("sn") or session)
