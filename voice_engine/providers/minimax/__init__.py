"""What MiniMax's voices share on a WebSocket, over HTTP and when they are cloned: hosts, settings, errors."""

from voice_engine.providers.failures import Failures

VENDOR, LABEL = "minimax", "MiniMax"
failures = Failures(VENDOR, LABEL)

HOSTS = {
    "china": "api.minimaxi.com",
    "china-beijing": "api-bj.minimaxi.com",
    "worldwide": "api.minimax.io",
    "us-west": "api-uw.minimax.io",
}


def origin(base_url: str, region: str, scheme: str) -> str:
    """Scheme and host; `scheme` is http or ws. A key belongs to one region."""
    return base_url.replace("http", scheme, 1) or f"{scheme}s://{HOSTS[region]}"
