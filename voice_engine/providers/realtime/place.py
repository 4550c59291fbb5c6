"""Where a vendor is: its own host, or the one that takes its place."""

from urllib.parse import urlsplit


def at(url: str, base_url: str) -> str:
    """`url` with scheme and authority of `base_url`, if there is one; http becomes ws."""
    if not base_url:
        return url
    base = urlsplit(base_url)
    scheme = {"http": "ws", "https": "wss"}.get(base.scheme, base.scheme)
    return f"{scheme}://{base.netloc}{urlsplit(url).path}"
