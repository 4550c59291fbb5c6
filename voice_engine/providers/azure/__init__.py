"""What Azure's recogniser and voices share: regions, the handshake, the framing (usp.py)."""

import re
import uuid
from datetime import UTC, datetime

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.duplex.codec import Endpoint
from voice_engine.providers.failures import Failures
from voice_engine.providers.options import Options

VENDOR, LABEL = "azure", "Azure Speech"
failures = Failures(VENDOR, LABEL)
_REGION = re.compile(r"[a-z0-9]{0,30}")


def region(config: ProviderConfig, options: Options) -> str:
    """The option's, else the account's; empty if neither names one."""
    found = options.text("region") or config.secrets.get("region", "")
    if not _REGION.fullmatch(found):
        raise BadRequest("bad_option", "The Azure region is a name like chinaeast2.", field="region")
    return found


def endpoint(config: ProviderConfig, where: str, service: str, path: str) -> Endpoint:
    """`service` is stt or tts. Raises ProviderError("auth") when nothing says where the account is."""
    if not where and not config.base_url:
        rule = "The Azure account has no region; set AZURE_SPEECH_REGION or the option `region`."
        raise failures.of("auth", rule)
    domain = "azure.cn" if where.startswith("china") else "microsoft.com"
    origin = config.base_url.replace("http", "ws", 1) or f"wss://{where}.{service}.speech.{domain}"
    headers = {
        "Ocp-Apim-Subscription-Key": config.api_key,
        "X-ConnectionId": uuid.uuid4().hex,
        "Sec-WebSocket-Protocol": "USP",
    }
    return Endpoint(origin + path, headers)


def stamp() -> str:
    """Now, as a message's X-Timestamp has it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def locale(language: str, otherwise: str = "zh-CN") -> str:
    """Azure wants a region behind every language."""
    return {"": otherwise, "zh": "zh-CN", "en": "en-US", "yue": "zh-HK"}.get(language.lower(), language)
