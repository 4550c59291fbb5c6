"""Secrets of Standard Webhooks; what is done with them stands in voice_engine.kernel.authentication."""

import base64
import os

from voice_engine.kernel.authentication import derived_secret

__all__ = ["derived_secret", "new_secret"]
_BYTES = 32


def new_secret() -> str:
    """A random one: `whsec_` and base64."""
    return "whsec_" + base64.b64encode(os.urandom(_BYTES)).decode()
