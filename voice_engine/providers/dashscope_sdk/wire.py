"""The SDK's socket, with what an event loop needs: it tells if it takes data now, and closes at once."""

import select
import socket
import time
from contextlib import suppress
from typing import Any

import websocket

LONG_S = 86400.0


class Wire(websocket.WebSocket):
    """One connection. Reading blocks a thread; writing never waits if `writable` is asked before."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.heard_at = time.monotonic()
        self._pinged_at = 0.0

    def settimeout(self, timeout: float | None) -> None:
        """None means a day: with a timeout OpenSSL is never left waiting inside a read while we write."""
        super().settimeout(timeout or LONG_S)

    def recv_frame(self) -> Any:
        """As the parent's; notes the time."""
        frame = super().recv_frame()
        self.heard_at = time.monotonic()
        return frame

    def writable(self) -> bool:
        """Whether a frame of some kilobytes would be taken without waiting."""
        sock = self.sock
        if sock is None or sock.fileno() < 0:
            return False
        poll = select.poll()
        poll.register(sock.fileno(), select.POLLOUT)
        return any(event == select.POLLOUT for _, event in poll.poll(0))

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
        """Break the connection and give the socket back.

        Only once nobody reads it: a descriptor closed under a thread about to poll may by then be another
        connection's, and that thread would wait for it for ever.
        """
        self.abort()
        with self.readlock:
            super().shutdown()

    def abort(self) -> None:
        """Break the connection now."""
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
