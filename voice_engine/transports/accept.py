"""Where sockets come in: a TCP port of the engine's own, and sockets handed over by the API's process.

The API's uvicorn accepts on the one public port; when it sees a WebSocket upgrade it passes the connected
file descriptor and the bytes it has read through a Unix socket (SCM_RIGHTS) and forgets the connection.
"""

import asyncio
import logging
import socket
from pathlib import Path

import structlog
from picows import WSAutoPingStrategy, ws_create_server
from picows.picows import WSProtocol  # type: ignore[attr-defined]  # missing from the stub

from voice_engine.transports.door import Door
from voice_engine.transports.websocket import MAX_FRAME_BYTES

HEAD_LIMIT = 64 * 1024
HANDSHAKE_S = 5
PING_S = 20
GIVE_S = 1.0
BACKLOG = 256

log = structlog.get_logger()


async def listen_tcp(door: Door, host: str, port: int) -> asyncio.Server:
    """Serve on the engine's own port; raises OSError when it is taken."""
    return await ws_create_server(
        door,
        host,
        port,
        websocket_handshake_timeout=HANDSHAKE_S,
        max_frame_size=MAX_FRAME_BYTES,
        enable_auto_ping=True,
        auto_ping_idle_timeout=PING_S,
        auto_ping_reply_timeout=PING_S,
        logger_name=_logger(),
        use_aiofastnet=False,
    )


class Handover:
    """Serves sockets that the API's process hands over on a Unix socket at `path`: one per connection."""

    def __init__(self, door: Door, path: Path) -> None:
        self._door, self._path = door, path
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(path))
        path.chmod(0o600)
        self._listening.listen(BACKLOG)
        self._listening.setblocking(False)
        self._loop.add_reader(self._listening, self._accept)

    def close(self) -> None:
        """Take no more."""
        self._loop.remove_reader(self._listening)
        self._listening.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        try:
            giver, _ = self._listening.accept()
        except OSError:
            return
        task = self._loop.create_task(self._take(giver))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, giver: socket.socket) -> None:
        try:
            given = await asyncio.wait_for(asyncio.to_thread(_receive, giver), GIVE_S * 2)
        except (OSError, ValueError, TimeoutError) as error:
            log.warning("handover_failed", error=str(error))
            return
        client, head = given
        try:
            # picows sets this in connection_made and crashes the process when it cannot.
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            client.close()
            return
        client.setblocking(False)
        protocol = _protocol(self._door)
        await self._loop.connect_accepted_socket(lambda: protocol, client)
        _feed(protocol, head)


def _receive(giver: socket.socket) -> tuple[socket.socket, bytes]:
    """The client's socket and what had been read from it: four bytes of length, then the bytes."""
    with giver:
        giver.settimeout(GIVE_S)
        head, descriptors, _, _ = socket.recv_fds(giver, HEAD_LIMIT, 1)
        if not descriptors:
            raise ValueError("nothing was handed over")
        client = socket.socket(fileno=descriptors[0])
        length = int.from_bytes(head[:4], "big")
        while len(head) < length + 4:
            more = giver.recv(HEAD_LIMIT)
            if not more:
                client.close()
                raise ValueError("the hand-over broke off")
            head += more
    return client, head[4:]


def _feed(protocol: WSProtocol, head: bytes) -> None:
    """Give the protocol bytes that somebody else has read from its socket."""
    while head:
        room = memoryview(protocol.get_buffer(len(head)))
        taken = min(len(room), len(head))
        room[:taken] = head[:taken]
        protocol.buffer_updated(taken)
        head = head[taken:]


def _protocol(door: Door) -> WSProtocol:
    # What ws_create_server builds for each connection; picows has no public face for accepted sockets.
    return WSProtocol(
        None, None, False, door, logging.getLogger(f"picows.{_logger()}"), True, HANDSHAKE_S, True, PING_S,
        PING_S, WSAutoPingStrategy.PING_WHEN_IDLE, True, MAX_FRAME_BYTES, None, 16 * 1024,
    )  # fmt: skip


def _logger() -> str:
    """picows logs every connection at INFO; its problems are enough."""
    logging.getLogger("picows.yingda").setLevel(logging.WARNING)
    return "yingda"
