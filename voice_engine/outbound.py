"""HTTP to addresses that tenants choose: webhooks, tools, their own models. Guarded against reaching inwards.

A name is resolved here, every address is judged, and the connection goes to the very address that was judged
(the Host header and the TLS name stay the tenant's), so a second DNS answer cannot lead anywhere else.
"""

import asyncio
import ipaddress
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial

import httpx

from voice_engine.kernel.errors import BadRequest, Unavailable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

BODY_LIMIT = 64 * 1024  # bytes kept of an answer
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20)  # for each host
_RESOLVERS = 32  # names that are looked up at the same time
_IDLE_S = 60.0  # a host that nobody has asked for so long has no connections kept
_CONNECT_S = 5.0  # one address must accept within this; the whole exchange has its own deadline
# What `is_global` lets through in some Python versions or altogether: IETF assignments (Oracle's metadata),
# Azure's metadata host, site-local, local-use NAT64.
_INTERNAL = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "168.63.129.16/32", "fec0::/10", "64:ff9b:1::/48"))
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_V4_COMPATIBLE = ipaddress.ip_network("::/96")


# ── the pure check ───────────────────────────────────────────────────────────────────────────────────


def networks(cidrs: Iterable[str | Network]) -> tuple[Network, ...]:
    """CIDR texts as networks; raises ValueError naming a bad one."""
    return tuple(n if not isinstance(n, str) else ipaddress.ip_network(n, strict=False) for n in cidrs)


def is_reachable(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Whether a tenant may make us connect there: public unicast, or inside an allowed private network."""
    inner = _unwrapped(address)
    if _inside(inner, allowed):
        return True
    if inner.is_multicast or inner.is_reserved or _inside(inner, _INTERNAL):
        return False
    return inner.is_global  # false for loopback, private, link-local, CGNAT, documentation, unspecified


def check_url(url: str, allowed: Iterable[str | Network] = ()) -> httpx.URL:
    """The parsed URL if it is http(s) with a host that may be reached.

    A literal address is judged here; a name is judged when it is resolved, at connection time.
    Raises BadRequest("target_refused").
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as error:
        raise _refused(str(url), "it is not a URL") from error
    if parsed.scheme not in ("http", "https"):
        raise _refused(url, "only http:// and https:// are allowed")
    if not parsed.host:
        raise _refused(url, "it names no host")
    if parsed.userinfo:
        raise _refused(url, "put credentials into headers, not into the URL")
    judge_host(parsed.host, networks(allowed))
    return parsed


def judge_host(host: str, allowed: Sequence[Network]) -> None:
    """Raise BadRequest("target_refused") for a literal address or a loopback name we must not reach."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        judge_addresses(host, ["127.0.0.1"], allowed)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return
    judge_addresses(host, [name], allowed)


def judge_addresses(host: str, addresses: Iterable[str], allowed: Sequence[Network]) -> list[str]:
    """Those of a host's addresses that may be reached, in order; raises BadRequest when there is none."""
    good = [a for a in addresses if is_reachable(ipaddress.ip_address(a.partition("%")[0]), allowed)]
    if not good:
        raise _refused(host, "it leads into a private network, which the operator has not allowed")
    return good


def _inside(address: Address, nets: Iterable[Network]) -> bool:
    return any(address in net for net in nets if net.version == address.version)


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 notation carries, if it carries one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if carried is None and (address in _NAT64 or (address in _V4_COMPATIBLE and int(address) > 1)):
        carried = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return carried or address


def _refused(target: str, why: str) -> BadRequest:
    hint = "use a public address, or have the operator add its network to YINGDA_ALLOWED_TARGETS"
    return BadRequest("target_refused", f"{target} is refused: {why}; {hint}.", target=target)


# ── the shell ────────────────────────────────────────────────────────────────────────────────────────


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # 20 ms to build: once per process


@cache
def _resolvers() -> ThreadPoolExecutor:
    """A name server that a tenant has chosen may be silent for half a minute; the loop's few threads are for
    those who answer.
    """
    return ThreadPoolExecutor(_RESOLVERS, "resolver")


async def addresses(host: str, port: int, allowed: Iterable[str | Network]) -> list[str]:
    """Where a host may be reached; raises BadRequest("target_refused") or httpx.ConnectError."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = await asyncio.get_running_loop().run_in_executor(_resolvers(), ask)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"{host} cannot be resolved") from error
    return judge_addresses(host, dict.fromkeys(str(info[4][0]) for info in found), networks(allowed))


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport that reaches only what `is_reachable` allows; redirects pass through it again.

    One pool per host name: two names on one address must never share a TLS connection.
    """

    def __init__(
        self,
        allowed: Iterable[str | Network] = (),
        tls: ssl.SSLContext | None = None,
        limits: httpx.Limits = _LIMITS,
    ) -> None:
        self._allowed = networks(allowed)
        self._tls = tls
        self._limits = limits
        self._pools: dict[str, _Pool] = {}
        self._tidied = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send to the first judged address that accepts; raises BadRequest or httpx's errors."""
        host = request.url.host
        check_url(str(request.url.copy_with(userinfo=b"")), self._allowed)
        await self._tidy()
        found = await addresses(host, request.url.port or 0, self._allowed)
        pool = self._pools.get(host)
        if pool is None:
            inner = httpx.AsyncHTTPTransport(verify=self._tls or _trusted(), limits=self._limits)
            pool = self._pools[host] = _Pool(inner)
        with pool.busy():
            failure: httpx.TransportError | None = None
            for address in found:
                try:
                    response = await pool.inner.handle_async_request(_pinned(request, address))
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    failure = error
                else:
                    assert isinstance(response.stream, httpx.AsyncByteStream)
                    response.stream = _Busy(response.stream, pool)
                    return response
            raise failure or httpx.ConnectError("no address", request=request)

    async def aclose(self) -> None:
        """Close every pool."""
        for pool in self._pools.values():
            await pool.inner.aclose()

    async def _tidy(self) -> None:
        """httpx closes what has expired when the same host is asked again, and a tenant has many hosts."""
        now = time.monotonic()
        if now < self._tidied + _IDLE_S / 2:
            return
        self._tidied = now
        idle = [host for host, pool in self._pools.items() if pool.idle_since(now) >= _IDLE_S]
        for pool in [self._pools.pop(host) for host in idle]:
            await pool.inner.aclose()


@dataclass(slots=True)
class _Pool:
    """The connections to one host. `users`: requests that are made, answers that are read."""

    inner: httpx.AsyncHTTPTransport
    users: int = 0
    used: float = field(default_factory=time.monotonic)

    def idle_since(self, now: float) -> float:
        return 0.0 if self.users else now - self.used

    @contextmanager
    def busy(self) -> Iterator[None]:
        self.users += 1
        try:
            yield
        finally:
            self.users -= 1
            self.used = time.monotonic()


class _Busy(httpx.AsyncByteStream):
    """An answer that is being read."""

    def __init__(self, inner: httpx.AsyncByteStream, pool: _Pool) -> None:
        self._inner, self._use = inner, ExitStack()
        self._use.enter_context(pool.busy())

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._inner:
            yield piece

    async def aclose(self) -> None:
        self._use.close()
        await self._inner.aclose()


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    extensions = {**request.extensions, "sni_hostname": request.url.host}
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,  # carries the Host header of the original URL
        stream=request.stream,
        extensions=extensions,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a target said. `body` is at most the limit; `truncated` tells that there was more."""

    status: int
    body: bytes
    truncated: bool
    elapsed_ms: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Iterable[str | Network] = (),
    timeout_s: float = 20.0,
    limit: int = BODY_LIMIT,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """POST once, follow nothing, wait at most `timeout_s` for the whole exchange, keep `limit` bytes.

    Raises BadRequest("target_refused") or Unavailable("target_timeout" | "target_unreachable").
    """
    return await request(
        "POST", url, body, headers, allowed=allowed, timeout_s=timeout_s, limit=limit, tls=tls
    )


async def request(
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Iterable[str | Network] = (),
    timeout_s: float = 20.0,
    limit: int = BODY_LIMIT,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """`post` with another method."""
    async with _reaching(url, allowed, timeout_s, tls) as client:
        return await _exchange(client, method, url, body, headers, limit)


async def get(
    url: str, *, allowed: Iterable[str | Network] = (), timeout_s: float = 20.0, limit: int = BODY_LIMIT
) -> Answer:
    """GET, otherwise like `post`."""
    async with _reaching(url, allowed, timeout_s, None) as client:
        return await _exchange(client, "GET", url, b"", {}, limit)


@asynccontextmanager
async def _reaching(
    url: str, allowed: Iterable[str | Network], timeout_s: float, tls: ssl.SSLContext | None
) -> AsyncIterator[httpx.AsyncClient]:
    try:
        async with asyncio.timeout(timeout_s):
            check_url(url, allowed)
            waits = httpx.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s))
            async with httpx.AsyncClient(transport=GuardedTransport(allowed, tls), timeout=waits) as client:
                yield client
    except (TimeoutError, httpx.TimeoutException) as error:
        sentence = f"{url} did not answer within {timeout_s:g} s; make it answer sooner or raise its timeout."
        raise Unavailable("target_timeout", sentence, target=url) from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        sentence = f"{url} could not be reached: {error or type(error).__name__}."
        raise Unavailable("target_unreachable", sentence, target=url) from error


async def _exchange(
    client: httpx.AsyncClient, method: str, url: str, body: bytes, headers: Mapping[str, str], limit: int
) -> Answer:
    started = time.monotonic()
    given = {"accept-encoding": "identity", **headers}  # a compressed answer could unpack to gigabytes
    asked = {name.encode(): value.encode() for name, value in given.items()}  # tenants write any letters
    kept = bytearray()
    async with client.stream(method, url, content=body, headers=asked) as response:
        async for chunk in response.aiter_raw():
            kept += chunk[: limit + 1 - len(kept)]
            if len(kept) > limit:
                break
        elapsed = round((time.monotonic() - started) * 1000)
        return Answer(
            response.status_code, bytes(kept[:limit]), len(kept) > limit, elapsed, dict(response.headers)
        )
