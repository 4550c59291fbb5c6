"""The gateway's codes in our words."""

from collections.abc import Mapping
from typing import Any

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.aliyun_nls import failures

STALE_TOKEN = ("401", "403", "40000001", "41010105")
_KINDS: dict[int, ProviderErrorKind] = {
    40000001: "auth",
    40000004: "idle_timeout",
    40000005: "rate_limit",
    40000009: "invalid_audio",
    40000010: "quota",
    40020105: "auth",
    40020106: "auth",
    40270002: "invalid_audio",
    40270003: "invalid_audio",
    41010101: "invalid_audio",
    41010105: "auth",
    41040201: "idle_timeout",
}
_NO_TOKEN: dict[str, ProviderErrorKind] = {
    "Forbidden": "auth",
    "IncompleteSignature": "auth",
    "InvalidAccessKeyId": "auth",
    "InvalidTimeStamp": "auth",
    "NoPermission": "auth",
    "SignatureDoesNotMatch": "auth",
    "SignatureNonceUsed": "auth",
    "Throttling": "rate_limit",
    "InternalError": "server",
    "ServiceUnavailable": "server",
}


def failed(header: Mapping[str, Any]) -> ProviderError:
    """A message whose `status` is not success. Aliyun's support asks for the task id."""
    status = header["status"]
    kind = _KINDS.get(status, "bad_request" if 40000000 <= status < 50000000 else "server")
    words = header.get("status_text") or header.get("status_message")
    return failures.told(kind, status, words, header.get("task_id"))


def no_token(status: int, said: Mapping[str, Any]) -> ProviderError:
    """CreateToken has refused: `Code` and `Message` in its answer say why."""
    code = str(said.get("Code", ""))
    kind: ProviderErrorKind = "server" if status >= 500 else "bad_request"
    if status in (401, 403):
        kind = "auth"
    kind = next((one for name, one in _NO_TOKEN.items() if code.startswith(name)), kind)
    return failures.told(kind, code or status, said.get("Message"), said.get("RequestId"))
