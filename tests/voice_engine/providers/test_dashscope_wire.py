"""The SDK's socket as we use it."""

import asyncio
import socket
import threading
from contextlib import suppress

import websocket

from voice_engine.providers.dashscope_sdk.wire import Wire


async def test_a_socket_is_given_back_only_when_nobody_reads_it():
    wire = Wire(enable_multithread=True)
    wire.sock, other = socket.socketpair()
    wire.readlock.acquire()

    closing = threading.Thread(target=wire.shutdown)
    closing.start()
    told = await asyncio.to_thread(other.recv, 1)

    assert told == b""  # broken at once, which wakes the reader
    assert wire.sock.fileno() >= 0
    wire.readlock.release()
    await asyncio.to_thread(closing.join)
    assert wire.sock is None
    other.close()


async def test_a_reader_is_woken_by_the_end():
    wire = Wire(enable_multithread=True)
    wire.sock, other = socket.socketpair()
    wire.connected = True
    wire.settimeout(None)
    reader = threading.Thread(target=_read, args=(wire,))
    reader.start()

    await asyncio.to_thread(wire.shutdown)

    await asyncio.to_thread(reader.join, 2)
    assert not reader.is_alive()
    other.close()


def _read(wire: Wire) -> None:
    with suppress(OSError, websocket.WebSocketException):
        wire.recv()
