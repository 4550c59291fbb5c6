"""Is this webhook really from your server? Verify it before you believe it.

```python
message = yingda.webhooks.unwrap(body, headers, secret)  # the raw body, byte for byte
```
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from yingda._generated.objects import Call
from yingda._object import Object
from yingda.errors import WebhookError

TOLERANCE_S = 300  # a message that is older may be somebody's recording of it
_PREFIX = "whsec_"


class Message(Object):
    """A server message; which fields it has depends on its `type`."""

    type: str
    timestamp: int | None
    call: Call | None
    status: str | None
    ended_reason: str | None
    role: str | None
    transcript: str | None
    transcript_type: str | None
    tool_call_list: list["ToolCall"] | None
    artifact: dict[str, Any] | None
    analysis: dict[str, Any] | None


class ToolCall(Object):
    """What the model wants to be done; answer `{"results": [{"toolCallId": id, "result": …}]}`."""

    id: str
    name: str
    arguments: dict[str, Any]


def unwrap(
    body: bytes | str,
    headers: Mapping[str, str],
    secret: str,
    *,
    tolerance: float = TOLERANCE_S,
    now: float | None = None,
) -> Message:
    """The message, if it is from your server; raises WebhookError if not.

    `secret` is `client.webhook_secret.get().secret` (Standard Webhooks, `whsec_…`), or the secret of an
    assistant's `server.secret`, which comes in the header X-Vapi-Secret.
    """
    raw = body.encode() if isinstance(body, str) else body
    sent = {name.lower(): value for name, value in headers.items()}
    if secret.startswith(_PREFIX):
        _verify_signature(raw, sent, secret, tolerance, time.time() if now is None else now)
    else:
        _verify_secret(sent, secret)
    try:
        return Message(json.loads(raw)["message"])
    except (ValueError, KeyError, TypeError) as error:
        raise WebhookError(f"The body is no message of Yingda's: {error}") from error


def _verify_signature(raw: bytes, sent: Mapping[str, str], secret: str, tolerance: float, now: float) -> None:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise WebhookError("The secret is incomplete: whsec_ is followed by base64.") from error
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    missing = [name for name in names if not sent.get(name)]
    if missing:
        raise WebhookError(f"The header {missing[0]} is missing: was the request changed on its way?")
    id, at, signatures = (sent[name] for name in names)
    if not at.isdecimal() or abs(now - int(at)) > tolerance:
        raise WebhookError("The message is too old, or the clock of one machine is wrong.")
    right = hmac.new(key, f"{id}.{at}.".encode() + raw, hashlib.sha256).digest()
    for signature in signatures.split():
        version, _, text = signature.partition(",")
        if version == "v1" and _same(text, base64.b64encode(right).decode()):
            return
    raise WebhookError(
        "The signature is wrong: another secret, or a body that is not byte for byte as it came."
    )


def _verify_secret(sent: Mapping[str, str], secret: str) -> None:
    if not secret:
        raise WebhookError("There is no secret to verify with.")
    if not _same(sent.get("x-vapi-secret", ""), secret):
        raise WebhookError("The header X-Vapi-Secret is missing or wrong.")


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())
