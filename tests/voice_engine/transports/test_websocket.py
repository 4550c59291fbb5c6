"""A JSON socket under clients that read slowly, or not at all: every frame whole, no memory without end.

On uvloop, as in an engine: it keeps what cannot be sent at once, and does not copy it.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop
from websockets.asyncio.client import ClientConnection, connect

from voice_engine.kernel.clock import SystemClock
from voice_engine.transports import websocket
from voice_engine.transports.accept import listen_tcp
from voice_engine.transports.websocket import JsonSocket


@asynccontextmanager
async def connected(received: int = 1 << 20) -> AsyncIterator[tuple[JsonSocket, ClientConnection]]:
    """Both ends of a connection; the client's system takes `received` bytes that nobody has read."""
    ours: list[JsonSocket] = []

    def door(_: object) -> JsonSocket:
        ours.append(JsonSocket(SystemClock()))
        return ours[0]

    server = await listen_tcp(door, "127.0.0.1", 0)
    place = server.sockets[0].getsockname()
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, received)
        sock.connect(place)
        client = await connect(f"ws://127.0.0.1:{place[1]}/", sock=sock, max_queue=None)
        yield ours[0], client
        client.transport.abort()
    server.close()


def test_large_and_small_messages_in_one_go_arrive_whole_and_in_order():
    async def scenario() -> list[str | bytes]:
        async with connected(received=4096) as (ours, client):
            for _ in range(20):
                ours.send({"text": "a" * 150_000})
                ours.send({"text": "short"})
                ours.send({"text": "last"})
            async with asyncio.timeout(10):
                return [await client.recv() for _ in range(60)]

    got = uvloop.run(scenario())

    assert got == ['{"text":"' + "a" * 150_000 + '"}', '{"text":"short"}', '{"text":"last"}'] * 20


def test_a_client_that_reads_nothing_is_cut_off_before_it_costs_much(monkeypatch):
    monkeypatch.setattr(websocket, "MAX_UNREAD_BYTES", 100_000)
    sent = 0

    async def scenario() -> bool:
        nonlocal sent
        async with connected(received=4096) as (ours, client):
            client.transport.pause_reading()
            while ours._ws and sent < 2000:
                ours.send({"text": "x" * 8000})
                sent += 1
                await asyncio.sleep(0)
            return ours._ws is None

    assert uvloop.run(scenario())
    assert sent < 1000
