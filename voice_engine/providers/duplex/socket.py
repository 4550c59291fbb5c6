"""A client's WebSocket: callbacks in, no task and no queue of its own."""

import asyncio
import logging
import re
import socket as network
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial

import httpx
from picows import (
    WSCloseCode,
    WSError,
    WSFrame,
    WSHandshakeError,
    WSListener,
    WSMsgType,
    WSProtocolError,
    WSTransport,
    ws_connect,
)
from picows.url import WSParsedURL

from voice_engine import outbound
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.duplex.codec import Endpoint, Message, Refused
from voice_engine.providers.failures import Failures

LARGEST = 4 * 1024 * 1024  # bytes of a message; the largest real ones hold some seconds of sound
PING_S = 8.0
UNREAD = 512 * 1024  # bytes sent and not taken by the vendor: 16 s of sound at 16 kHz
# What a vendor may say at once, and in a second for ever, counted in frames; every 2 kB count as one more.
# One that says more would take the time of all other calls. (20 ms of sound in a frame, 60 s of it at once.)
AT_ONCE, A_SECOND, _COUNTED = 6000, 500, 2048
_COPIED = 8192  # picows keeps a larger frame's header in a buffer that the next frame overwrites
_HEADER = 14  # bytes picows wants before a message to write its header there
_NO_CODE, _ABNORMAL = 1005, 1006  # RFC 6455: a close frame without a code; none at all

Told = Callable[[Message | BaseException], None]


class Closed(Exception):
    """The other side hung up: `code` and `reason` of its close frame, 1006 without one."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"closed with {code} {reason}")
        self.code, self.reason = code, reason


class Socket(WSListener):
    """An open connection. What arrives goes to `told`: whole messages, at last a Closed or a ProviderError.

    A vendor's welcome may arrive together with its handshake, so whoever works on a socket takes it with
    `hand_over`.
    """

    def __init__(self, failures: Failures, endpoint: Endpoint) -> None:
        self._failures, self.endpoint = failures, endpoint
        self.request_id = ""  # what the vendor's support desk calls this connection
        self._ws: WSTransport | None = None
        self._fragments: list[bytes] = []
        self._collected = 0
        self._text = False
        self._goodbye: tuple[int, str] | None = None
        self._finished = False
        self._said, self._said_at = 0.0, 0.0  # frames lately
        self.early: list[Message | BaseException] = []  # said before anybody listened
        self.told: Told = self.early.append
        self.used = False  # whether a piece of work has begun on it
        self.since = 0.0  # when it was last given back, on the loop's clock

    @property
    def open(self) -> bool:
        """Whether it may be written to."""
        return self._ws is not None and not self._finished and not self._ws.is_disconnected

    def hand_over(self, told: Told) -> None:
        """Tell somebody else from now on, beginning with what was said before anybody listened."""
        self.told, self._said = told, 0.0  # each piece of work may bring as much as the first
        early, self.early = self.early, []
        for message in early:
            told(message)

    def send(self, message: Message) -> None:
        """Queue a message; dropped when the connection has ended. Raises ProviderError when nothing is taken
        for long.
        """
        if not self.open:
            return
        ws = self._ws
        assert ws is not None
        if ws.underlying_transport.get_write_buffer_size() > UNREAD:
            raise self._failures.of("network", f"{self._failures.label} takes no more data.")
        text = isinstance(message, str)
        data = message.encode() if isinstance(message, str) else message
        kind = WSMsgType.TEXT if text else WSMsgType.BINARY
        if len(data) <= _COPIED:
            ws.send(kind, data)
        else:
            ws.send_reuse_external_bytearray(kind, bytearray(_HEADER) + data, _HEADER)

    def close(self) -> None:
        """Say goodbye and hang up; nothing is told any more."""
        self.told = _ignore
        if self._ws is not None and not self._ws.is_disconnected:
            self._ws.send_close(WSCloseCode.OK)
            # Gracefully: a goodbye and a cancellation that are still queued reach the vendor.
            stuck = self._ws.underlying_transport.get_write_buffer_size() > 0
            self._ws.disconnect(not stuck)
        self._finished = True

    # picows

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._ws = transport
        if self.endpoint.request_id and transport.response:
            self.request_id = transport.response.headers.get(self.endpoint.request_id, "")

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if self._finished or transport.is_close_frame_sent:  # picows reads on after a frame that was none
            return
        kind = frame.msg_type
        if kind == WSMsgType.CLOSE:
            said = frame.get_payload_as_bytes()
            code = int.from_bytes(said[:2], "big") if len(said) > 1 else _NO_CODE
            self._goodbye = code, said[2:].decode(errors="replace")
            transport.send_close(frame.get_close_code())
            transport.disconnect()
        elif self._floods(frame.payload_size):
            self._fail("sends more than anybody could say")
        elif kind == WSMsgType.PING:
            self._answer(transport, frame.get_payload_as_bytes())
        elif kind == WSMsgType.TEXT or kind == WSMsgType.BINARY or kind == WSMsgType.CONTINUATION:
            self._collect(kind, frame)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        if self._finished:
            return
        self._finished = True
        parting = transport.close_handshake
        if parting is not None and not parting.recv_then_sent:  # picows hung up, whatever they answered
            reason = f"{self._failures.label} broke the WebSocket protocol."
            self.told(self._failures.of("network", reason, parting.sent.code if parting.sent else ""))
            return
        self.told(Closed(*(self._goodbye or (_ABNORMAL, ""))))

    def _floods(self, size: int) -> bool:
        now = asyncio.get_running_loop().time()
        calmed = (now - self._said_at) * A_SECOND
        self._said = max(0.0, self._said - calmed) + 1 + size / _COUNTED
        self._said_at = now
        return self._said > AT_ONCE

    def _answer(self, transport: WSTransport, ping: bytes) -> None:
        if transport.underlying_transport.get_write_buffer_size() <= UNREAD:
            transport.send_pong(ping)

    def _collect(self, kind: WSMsgType, frame: WSFrame) -> None:
        data = frame.get_payload_as_bytes()
        if kind != WSMsgType.CONTINUATION:
            self._text = kind == WSMsgType.TEXT
            if frame.fin:
                self._tell(data)
                return
        self._collected += len(data)
        if self._collected > LARGEST:
            self._fail("sent a message of an impossible size")
            return
        self._fragments.append(data)
        if frame.fin:
            whole = b"".join(self._fragments)
            self._fragments, self._collected = [], 0
            self._tell(whole)

    def _tell(self, data: bytes) -> None:
        if not self._text:
            self.told(data)
            return
        try:
            text = data.decode()
        except UnicodeDecodeError:
            self._fail("sent text that is none")
        else:
            self.told(text)

    def _fail(self, what: str) -> None:
        told = self.told
        self.close()
        told(self._failures.of("server", f"{self._failures.label} {what}."))


async def connect(endpoint: Endpoint, failures: Failures, within_s: float, refused: Refused) -> Socket:
    """Open a connection. Raises ProviderError: what `refused` makes of an HTTP answer, network or timeout."""
    _check(endpoint, failures)
    socket = Socket(failures, endpoint)
    opened: list[network.socket] = []
    try:
        async with asyncio.timeout(within_s):
            await ws_connect(
                lambda: socket,
                endpoint.url,
                ssl_context=_tls() if endpoint.url.startswith("wss:") else None,
                websocket_handshake_timeout=within_s,
                extra_headers=endpoint.headers,
                max_redirects=0,  # a redirect would carry the key to another host
                socket_factory=partial(_open, endpoint.guard, opened),
                max_frame_size=LARGEST,
                enable_auto_ping=True,
                enable_auto_pong=False,  # `on_ws_frame` answers, and counts
                auto_ping_idle_timeout=PING_S,
                auto_ping_reply_timeout=PING_S,
                logger_name=_logger(),
                use_aiofastnet=False,
            )
    except WSHandshakeError as error:
        raise _unwelcome(error, failures, refused) from None
    except (OSError, WSError) as error:  # TimeoutError is an OSError
        raise _unreachable(error, failures) from None
    except BadRequest as error:  # the guard of addresses that tenants choose
        raise failures.of("bad_request", error.message) from None
    except asyncio.CancelledError:
        socket.close()  # it may have been opened in the same moment
        for half_open in opened:  # picows would wait for the end of the handshake
            with suppress(OSError):
                half_open.shutdown(network.SHUT_RDWR)
        raise
    return socket


def _check(endpoint: Endpoint, failures: Failures) -> None:
    """picows sends what it is given: a line break would begin a header, or a request, of its own."""
    for said in (endpoint.url, *endpoint.headers, *endpoint.headers.values()):
        if not (said.isascii() and said.isprintable()):
            reason = f"The account of {failures.label} holds characters that no key has."
            raise failures.of("auth", reason)


async def _open(
    guard: tuple[str, ...] | None, opened: list[network.socket], url: WSParsedURL
) -> network.socket:
    """A connection, under a guard to the very address that was judged: no second answer of DNS counts."""
    failure: OSError | None = None
    for family, place in await _places(url, guard):
        connection = network.socket(family, network.SOCK_STREAM)
        connection.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(connection, (place, url.port))
        except OSError as error:
            connection.close()
            failure = error
        except asyncio.CancelledError:
            connection.close()
            raise
        else:
            opened.append(connection)
            return connection
    raise failure or OSError("no address")


async def _places(url: WSParsedURL, guard: tuple[str, ...] | None) -> list[tuple[int, str]]:
    """Address families and addresses of a host."""
    if guard is None:
        found = await asyncio.get_running_loop().getaddrinfo(url.host, url.port, type=network.SOCK_STREAM)
        return list(dict.fromkeys((int(info[0]), str(info[4][0])) for info in found))
    try:
        places = await outbound.addresses(url.host, url.port, guard)
    except httpx.ConnectError as error:
        raise OSError(str(error)) from None
    return [(network.AF_INET6 if ":" in place else network.AF_INET, place) for place in places]


def _unwelcome(error: WSHandshakeError, failures: Failures, refused: Refused) -> Exception:
    if error.response is None:  # some gateways have status codes of their own, of five digits
        line = re.match(rb"HTTP/1\.\d (\d{3,6})(?: ([^\r\n]*))?", error.raw_header or b"")
        if line is None:
            return failures.of("network", f"{failures.label} did not answer the handshake.")
        return refused(int(line[1]), {}, (line[2] or b"").decode(errors="replace"))
    body = (error.raw_body or b"").decode(errors="replace")
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    return refused(int(error.response.status), headers, body)


def _unreachable(error: Exception, failures: Failures) -> ProviderError:
    if isinstance(error, TimeoutError):
        return failures.of("timeout", f"{failures.label} does not pick up.")
    what = "broke the WebSocket protocol" if isinstance(error, WSProtocolError) else "cannot be reached"
    return failures.of("network", f"{failures.label} {what} ({type(error).__name__}).")


def _ignore(message: Message | BaseException) -> None:
    """Nobody listens."""


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@cache
def _logger() -> str:
    """picows logs every connection at INFO; its problems are enough."""
    logging.getLogger("picows.vendors").setLevel(logging.ERROR)
    return "vendors"
