"""What all adapters read from their configuration."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.dashscope_sdk import LABEL
from voice_engine.providers.duplex.codec import Patience
from voice_engine.providers.options import Options

PATIENCE = Patience(alive_s=16.0)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose key, and where (an empty `url` is the SDK's own). Two accounts never share a socket."""

    url: str
    api_key: str = field(repr=False)
    workspace: str = ""


def account(config: ProviderConfig) -> Account:
    """The account of a configuration; raises BadRequest for an address that is none."""
    if config.base_url and not config.base_url.startswith(("ws://", "wss://")):
        raise BadRequest("bad_base_url", "DashScope's `base_url` is a WebSocket address: wss://…")
    parts = urlsplit(config.base_url)
    if config.base_url and parts.path in ("", "/"):
        parts = parts._replace(path="/api-ws/v1/inference")
    workspace = options(config).text("workspace") or config.secrets.get("workspace", "")
    return Account(parts.geturl(), config.api_key or config.secrets.get("apiKey", ""), workspace)


def options(config: ProviderConfig) -> Options:
    """The assistant's own knobs."""
    return Options(config, LABEL)


def patience(config: ProviderConfig) -> Patience:
    """The usual deadlines, none longer than the configured timeout."""
    return PATIENCE.at_most(config.timeout_s)


def language(config: ProviderConfig, known: tuple[str, ...]) -> str:
    """The vendor's code of the configured language, "" for any; raises BadRequest if it has none."""
    tag = config.language.lower().replace("_", "-")
    if tag in ("", "auto", "multi"):
        return ""
    code = "yue" if tag in ("zh-hk", "zh-yue") else tag.partition("-")[0].replace("cmn", "zh")
    if code not in known:
        allowed = ", ".join(known)
        raise BadRequest("unknown_language", f"{config.model or 'This model'} has no {tag!r}; use {allowed}.")
    return code
