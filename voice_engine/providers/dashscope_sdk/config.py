"""What all adapters read from their configuration."""

from dataclasses import astuple, dataclass, field
from urllib.parse import urlsplit

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.options import Options


@dataclass(frozen=True, slots=True)
class Account:
    """Whose key, and where (an empty `url` is the SDK's own). Two accounts never share a socket."""

    url: str
    api_key: str = field(repr=False)
    workspace: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """Deadlines in seconds: until task-started, an event that is due, a task's end, any sign of life."""

    connect_s: float = 5.0
    result_s: float = 5.0
    stop_s: float = 3.0
    alive_s: float = 16.0


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
    return Options(config, "DashScope")


def patience(config: ProviderConfig) -> Patience:
    """The usual deadlines, none longer than the configured timeout."""
    return Patience(*(min(seconds, config.timeout_s) for seconds in astuple(Patience())))


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
