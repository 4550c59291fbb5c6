"""One HTTP client per (vendor address, guard) and process: connections stay warm between turns and calls."""

import asyncio
import socket
from collections.abc import Sequence

import httpx2
from openai import AsyncOpenAI

from voice_engine import outbound

CONNECT_S = 2.0
LIMITS = httpx2.Limits(max_connections=1000, max_keepalive_connections=100, keepalive_expiry=60)


class GuardedTransport(httpx2.AsyncBaseTransport):
    """For addresses tenants choose: connects only to what outbound.judge_addresses allows.

    The openai SDK uses httpx2, so outbound's own transport (httpx) cannot serve it.
    """

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = outbound.networks(allowed)
        self._inner: dict[str, httpx2.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        outbound.check_url(str(request.url), self._allowed)
        found = await self._resolve(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        address = outbound.judge_addresses(host, found, self._allowed)[0]
        # One pool per name: two names on one address must never share a TLS connection.
        inner = self._inner.setdefault(host, httpx2.AsyncHTTPTransport(limits=LIMITS))
        pinned = httpx2.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await inner.handle_async_request(pinned)

    async def _resolve(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpx2.ConnectError(f"{host} cannot be resolved") from error
        return list(dict.fromkeys(str(info[4][0]) for info in found))

    async def aclose(self) -> None:
        for inner in self._inner.values():
            await inner.aclose()


_clients: dict[tuple[int, str, tuple[str, ...] | None], httpx2.AsyncClient] = {}


def client(base_url: str, api_key: str, guard: tuple[str, ...] | None) -> AsyncOpenAI:
    """An SDK client over the shared connections; `guard` None trusts the address."""
    return AsyncOpenAI(
        base_url=base_url, api_key=api_key or "none", max_retries=0, http_client=_shared(base_url, guard)
    )


def _shared(base_url: str, guard: tuple[str, ...] | None) -> httpx2.AsyncClient:
    key = (id(asyncio.get_running_loop()), base_url, guard)
    found = _clients.get(key)
    if found is None or found.is_closed:
        timeout = httpx2.Timeout(None, connect=CONNECT_S, pool=CONNECT_S)
        if guard is None:
            found = httpx2.AsyncClient(limits=LIMITS, timeout=timeout, trust_env=False)
        else:
            found = httpx2.AsyncClient(
                transport=GuardedTransport(guard), timeout=timeout, follow_redirects=False, trust_env=False
            )
        _clients[key] = found
    return found


async def close() -> None:
    """End the connections of this loop."""
    mine = id(asyncio.get_running_loop())
    # A copy: other threads have loops of their own and change the dictionary meanwhile.
    for key in [key for key in list(_clients) if key[0] == mine]:
        await _clients.pop(key).aclose()
