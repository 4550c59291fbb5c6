"""Standard Webhooks: who sent this, when, and has anybody touched it. Pure.

While a secret is being replaced a message carries two signatures, one with each.
"""

import base64
import os
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

from voice_engine.kernel.sealed import derive

_PREFIX = "whsec_"
_BYTES = 32


def derived_secret(installation: bytes, org_id: str) -> str:
    """The organisation's secret as long as it has not asked for one of its own: `whsec_` and base64."""
    return _PREFIX + base64.b64encode(derive(installation, f"webhooks:{org_id}", _BYTES)).decode()


def new_secret() -> str:
    """A random one."""
    return _PREFIX + base64.b64encode(os.urandom(_BYTES)).decode()


def headers(secrets: Sequence[str], id: str, at: datetime, body: str) -> dict[str, str]:
    """webhook-id, webhook-timestamp and webhook-signature of a message sent at `at` (aware)."""
    signatures = [Webhook(secret).sign(id, at, body) for secret in secrets]
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
