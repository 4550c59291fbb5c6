"""The official DashScope SDK's connections, used from asyncio. Shared by its recognisers and its voices.

We stand on the SDK's `WsConnection` (one key, one socket, one task after the other) and `RealtimeSession`
(one socket, one session). Why not on its older classes with their callbacks: measured in
docs/reference/vendors/dashscope.md.
"""

import re

from voice_engine.providers.failures import Failures

VENDOR, LABEL = "dashscope", "DashScope"
failures = Failures(VENDOR, LABEL)
_REALTIME = re.compile(r"qwen\d*(\.\d+)?-(asr|tts)\b.*realtime")


def is_realtime(model: str) -> bool:
    """Whether this model is spoken to in a realtime session, not in a task."""
    return _REALTIME.match(model) is not None
