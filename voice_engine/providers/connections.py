"""Connections to vendors over HTTP, kept warm between turns and calls: one client per guard and event loop.

They are closed when their loop ends. Keys are never kept here: each request brings its own.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext

import httpx

from voice_engine import outbound
from voice_engine.kernel.errors import ProviderError

CONNECT_S = 2.0
ANSWER_BYTES = 8 * 1024 * 1024  # of one answer; 10 000 tokens, a chunk for each, are 3 MB
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100, keepalive_expiry=60)

# The networks a tenant's own address may lead into besides public ones; None trusts the address.
Guard = tuple[str, ...] | None


def warm() -> None:
    """Read the certificates now: it takes as long as a dozen frames of sound."""
    _tls()


class _Bounded(httpx.AsyncBaseTransport):
    """Ends an answer that is larger than any real one, whatever reads it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()  # a small answer could unpack to gigabytes
            raise httpx.DecodingError("the answer is compressed, which was not asked for", request=request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _BoundedStream(response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = ANSWER_BYTES
        async for chunk in self._inner:
            left -= len(chunk)
            if left < 0:
                raise httpx.ReadError("the answer does not end")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


_Keeper = AsyncGenerator[None, None]
_open: dict[tuple[asyncio.AbstractEventLoop, Guard], tuple[httpx.AsyncClient, _Keeper]] = {}


async def http(guard: Guard) -> httpx.AsyncClient:
    """The running loop's client."""
    key = (asyncio.get_running_loop(), guard)
    if key not in _open:
        for old in [each for each in list(_open) if each[0].is_closed()]:
            _open.pop(old, None)  # other threads have loops of their own and change this meanwhile
        client = _client(guard)
        keeper = _until_the_loop_ends(client)
        await anext(keeper)
        _open[key] = (client, keeper)
    return _open[key][0]


async def reach(url: str, guard: Guard, vendor: str) -> None:
    """Have a connection open for the next request to this host: whatever HTTP answers, it is. Without a key.

    Raises ProviderError when there is no answer.
    """
    client = await http(guard)
    try:
        await client.head(url, timeout=CONNECT_S)
    except httpx.HTTPError as error:
        sentence = f"{vendor} cannot be reached ({type(error).__name__}); try again."
        raise ProviderError("network", vendor, sentence) from error


async def _until_the_loop_ends(client: httpx.AsyncClient) -> _Keeper:
    """A loop closes the generators it has begun before it ends: the one hook it offers."""
    try:
        yield
    finally:
        await client.aclose()


def _client(guard: Guard) -> httpx.AsyncClient:
    inner: httpx.AsyncBaseTransport
    if guard is None:
        inner = httpx.AsyncHTTPTransport(verify=_tls(), limits=LIMITS)
    else:
        inner = outbound.GuardedTransport(guard, _tls(), LIMITS)
    return httpx.AsyncClient(
        transport=_Bounded(inner),
        timeout=httpx.Timeout(None, connect=CONNECT_S, pool=CONNECT_S),
        # A vendor's cookie would carry one tenant's session into another's requests.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )


@cache
def _tls() -> SSLContext:
    return httpx.create_ssl_context()  # 20 ms to build: once per process


async def close() -> None:
    """End this loop's connections now."""
    loop = asyncio.get_running_loop()
    for key in [key for key in _open if key[0] is loop]:
        _, keeper = _open.pop(key)
        await keeper.aclose()
