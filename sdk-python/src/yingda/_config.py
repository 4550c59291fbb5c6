"""What a client needs to know: key, address, patience. Given, or found in the environment."""

import os
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from yingda._options import Options
from yingda._retry import Attempts
from yingda._version import VERSION
from yingda.errors import ConfigurationError

DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Config:
    """Of one client."""

    base_url: str
    api_key: str = field(repr=False)
    timeout: float
    deadline: float | None
    max_retries: int

    @property
    def headers(self) -> dict[str, str]:
        """Sent with every request."""
        return {"Authorization": f"Bearer {self.api_key}", "User-Agent": f"yingda-python/{VERSION}"}

    def with_options(self, options: Options) -> "Config":
        """The same with what an options dictionary replaces."""
        return replace(
            self,
            timeout=options.get("timeout", self.timeout),
            deadline=options.get("deadline", self.deadline),
            max_retries=options.get("max_retries", self.max_retries),
        )

    def attempts(self, now: float) -> Attempts:
        """For a request that begins now."""
        deadline = None if self.deadline is None else now + self.deadline
        return Attempts(self.max_retries, self.timeout, deadline)

    @property
    def unreachable(self) -> str:
        """What to do when nobody answers."""
        host = urlsplit(self.base_url).hostname or ""
        nobody = f"Nobody answers at {self.base_url}."
        if host in ("127.0.0.1", "localhost", "::1"):
            return f"{nobody} Start the server with `yingda serve`, or set YINGDA_BASE_URL."
        return f"{nobody} Is the address right (YINGDA_BASE_URL), and is the server up?"


def configure(
    api_key: str | None, base_url: str | None, timeout: float, deadline: float | None, max_retries: int
) -> Config:
    """From a client's arguments and the environment; raises ConfigurationError."""
    key = (api_key or os.environ.get("YINGDA_API_KEY", "")).strip()
    if not key:
        raise ConfigurationError(
            "There is no API key: give api_key=… or set YINGDA_API_KEY. `yingda serve` prints one, sk_…"
        )
    if not (key.isascii() and key.isprintable()):
        raise ConfigurationError("The API key has characters that no key has; was something else pasted?")
    url = (base_url or os.environ.get("YINGDA_BASE_URL") or DEFAULT_URL).strip().rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f"{url!r} is no base URL: it looks like https://voice.example.cn")
    return Config(url.removesuffix("/v1"), key, timeout, deadline, max_retries)
