"""A lean HTTP/1.1 client that keeps a server busy: so many connections, each with one request under way.

Callbacks and no task per request: it costs a few microseconds where a real client costs hundreds, so that
what is measured is the server.
"""

import asyncio
import time
from dataclasses import dataclass, field
from statistics import quantiles
from typing import cast

from voice_engine.kernel.errors import Unavailable

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass
class Window:
    """What happened in one measured while. `latencies` are seconds of requests that were answered in it."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    first_refusal: str = ""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def percentile_ms(self, percent: int) -> float:
        """Milliseconds that `percent` of the requests did not exceed."""
        return quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * 1000


class Connection(asyncio.Protocol):
    """Sends `request` again as soon as its answer is complete, until told to stop."""

    def __init__(self, request: bytes, window: Window) -> None:
        self._request, self._window = request, window
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._sent_at = 0.0
        self._received = bytearray()
        self._wanted = 0  # bytes of the whole answer; 0 while its head is incomplete
        self.stopping = False
        self.idle: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one, but no subclass
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._wanted:
            self._wanted = answer_length(self._received)
        if self._wanted and len(self._received) >= self._wanted:
            self._complete()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.idle.done():
            gone = Unavailable("server_gone", f"The server closed a connection under load: {error}")
            self.idle.set_exception(gone)

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()

    def _send(self) -> None:
        assert self._transport is not None
        self._received.clear()
        self._wanted = 0
        self._sent_at = time.perf_counter()
        self._transport.write(self._request)

    def _complete(self) -> None:
        if not self.stopping:
            self._window.latencies.append(time.perf_counter() - self._sent_at)
            if self._received[9:10] != b"2":
                self._window.refused += 1
                self._window.first_refusal = self._window.first_refusal or self._received.decode()
        if self.stopping:
            self.idle.set_result(None)
        else:
            self._send()


def answer_length(received: bytes | bytearray) -> int:
    """Bytes of the whole answer, by its Content-Length; 0 while the head is incomplete."""
    head_end = received.find(_END_OF_HEAD)
    if head_end < 0:
        return 0
    head = bytes(received[:head_end]).lower()
    begin = head.find(_LENGTH)
    if begin < 0:
        raise Unavailable("unexpected_answer", "The server answered without a Content-Length.")
    length = head[begin + len(_LENGTH) :].split(b"\r\n", 1)[0]
    return head_end + len(_END_OF_HEAD) + int(length)


def request(method: str, path: str, key: str = "", body: bytes = b"") -> bytes:
    """The bytes of one request."""
    head = [f"{method} {path} HTTP/1.1", "Host: bench"]
    if key:
        head.append(f"Authorization: Bearer {key}")
    if body:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


async def hammer(port: int, request: bytes, *, connections: int, seconds: float) -> Window:
    """Keep a server of this machine busy; raises Unavailable if it hangs up or refuses a request."""
    loop, window = asyncio.get_running_loop(), Window()
    busy: list[Connection] = []
    for _ in range(connections):
        _, connection = await loop.create_connection(lambda: Connection(request, window), "127.0.0.1", port)
        busy.append(connection)
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    for connection in busy:
        connection.stopping = True
    window.seconds = time.perf_counter() - began
    try:
        await asyncio.gather(*(connection.idle for connection in busy))
    finally:
        for connection in busy:
            connection.close()
    if window.refused:
        raise Unavailable("bench_refused", f"The server refused a request:\n{window.first_refusal}")
    return window
