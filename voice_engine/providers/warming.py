"""Is a vendor there? What adapters' `warm` is made of (base.Warms); nothing is ever billed."""

import asyncio
import ssl
from contextlib import suppress
from functools import cache
from urllib.parse import urlsplit

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.base import Warms

KNOCK_S = 3.0


async def knock(url: str, vendor: str) -> None:
    """The vendor's door opens and is closed again, for adapters that cannot keep a connection.

    Raises ProviderError when it stays closed.
    """
    parts = urlsplit(url)
    secure = parts.scheme in ("https", "wss")
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    try:
        async with asyncio.timeout(KNOCK_S):
            _, writer = await asyncio.open_connection(host, port, ssl=_tls() if secure else None)
    except OSError as error:
        kind: ProviderErrorKind = "timeout" if isinstance(error, TimeoutError) else "network"
        sentence = f"{vendor} cannot be reached ({type(error).__name__})."
        raise ProviderError(kind, vendor, sentence) from error
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def warmed(part: object) -> None:
    """An adapter that another one wraps, if there is something to warm about it."""
    if isinstance(part, Warms):
        await part.warm()


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
