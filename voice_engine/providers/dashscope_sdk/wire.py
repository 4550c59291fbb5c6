"""The SDK's socket, with what an event loop needs: it tells if it takes data now, and closes at once.

A thread reads while the loop writes, and either may close. OpenSSL allows one of them at a time, and a number
given back while another thread is about to use it may by then be another connection's. So the socket never
blocks in a read or a write (it is polled in between), and is given back only when nobody is at either.
"""

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import websocket
from websocket import _socket as plain

T = TypeVar("T")


class Wire(websocket.WebSocket):
    """One connection. Reading waits on a thread; writing never waits if `writable` is asked before.

    Once `broken`, whatever it still connects to is broken too.
    """

    def __init__(self, **options: Any) -> None:
        self.broken = False
        self.heard_at = time.monotonic()
        self._pinged_at = 0.0
        self._sock: Any = None
        self._guard = threading.RLock()  # of `_sock` and `broken`
        self._turn = threading.Lock()  # to read or write
        super().__init__(**options)

    @property
    def sock(self) -> Any:
        """The socket; None before there is one and when it was given back."""
        return self._sock

    @sock.setter
    def sock(self, sock: Any) -> None:
        with self._guard:
            self._sock = sock
            if self.broken:
                self.abort()

    def connect(self, url: str, **options: Any) -> None:
        """As the parent's; from then on the socket itself never blocks."""
        super().connect(url, **options)
        self.sock.settimeout(0)

    def settimeout(self, timeout: float | None) -> None:
        """How long connecting, or a silence while reading, may take; None = for ever."""
        self.sock_opt.timeout = timeout

    def recv_frame(self) -> Any:
        """As the parent's; notes the time."""
        frame = super().recv_frame()
        self.heard_at = time.monotonic()
        return frame

    def writable(self) -> bool:
        """Whether a frame of some kilobytes would be taken without waiting."""
        return self._ready(select.POLLOUT) == select.POLLOUT

    def readable(self) -> bool:
        """Whether there is something to read, an end too."""
        return self._ready(select.POLLIN) != 0

    def alive(self, within_s: float) -> bool:
        """Whether the other side was heard lately; if not, it is asked and has half the time to answer."""
        now = time.monotonic()
        if now - self.heard_at < within_s / 2:
            return True
        if self._pinged_at > self.heard_at:
            return now - self._pinged_at < within_s / 2
        if self.writable():
            self._pinged_at = now
            with suppress(OSError, websocket.WebSocketException):
                self.ping()
        return now - self.heard_at < within_s or self._pinged_at == now

    def close(self, status: int = 1000, reason: str | bytes = b"", timeout: float | None = 0) -> None:
        """Say goodbye if that needs no waiting, then break the connection, which wakes its reader."""
        with suppress(OSError, websocket.WebSocketException):
            if self.connected and self.writable():
                self.connected = False
                self.send(status.to_bytes(2, "big"), websocket.ABNF.OPCODE_CLOSE)
        self.abort()

    def shutdown(self) -> None:
        """Break the connection, and give the socket back when nobody is at it."""
        self.abort()
        with self.readlock, self.lock, self._guard:
            super().shutdown()

    def abort(self) -> None:
        """Break the connection now."""
        with self._guard:
            self.broken = True
            if self._sock is not None:
                with suppress(OSError):
                    self._sock.shutdown(socket.SHUT_RDWR)

    def _ready(self, events: int) -> int:
        with self._guard:
            if self._sock is None or self._sock.fileno() < 0:
                return 0
            poll = select.poll()
            poll.register(self._sock.fileno(), events)
            return sum(event for _, event in poll.poll(0))

    def _recv(self, bufsize: int) -> bytes:
        return self._wait(select.POLLIN, lambda sock: plain.recv(sock, bufsize))

    def _send(self, data: str | bytes) -> int:
        return self._wait(select.POLLOUT, lambda sock: plain.send(sock, data))

    def _wait(self, events: int, step: Callable[[Any], T]) -> T:
        while True:
            sock = self._sock
            if sock is None or (self.broken and events == select.POLLOUT):
                raise websocket.WebSocketConnectionClosedException("The connection is closed.")
            try:
                with self._turn:
                    return step(sock)
            except ssl.SSLWantReadError:
                wanted = select.POLLIN
            except ssl.SSLWantWriteError:
                wanted = select.POLLOUT
            except BlockingIOError:
                wanted = events
            poll, limit = select.poll(), self.sock_opt.timeout
            poll.register(sock.fileno(), wanted)
            if not poll.poll(None if limit is None else limit * 1000):
                raise websocket.WebSocketTimeoutException("The other side is silent.")
