"""The SDK's socket as we use it."""

import asyncio
import socket
import threading
from contextlib import suppress

import pytest
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


async def test_a_socket_is_given_back_only_when_nobody_writes_to_it():
    wire = Wire(enable_multithread=True)
    wire.sock, other = socket.socketpair()
    wire.lock.acquire()

    closing = threading.Thread(target=wire.shutdown)
    closing.start()
    told = await asyncio.to_thread(other.recv, 1)

    assert told == b""
    assert wire.sock.fileno() >= 0
    wire.lock.release()
    await asyncio.to_thread(closing.join)
    assert wire.sock is None
    other.close()


def test_a_connection_that_was_broken_off_while_it_was_made_stays_broken():
    wire = Wire(enable_multithread=True)
    wire.abort()

    ours, other = socket.socketpair()
    other.settimeout(2)
    wire.sock = ours

    assert other.recv(1) == b""
    wire.shutdown()
    other.close()


def test_a_silence_longer_than_allowed_ends_the_reading():
    wire = Wire(enable_multithread=True)
    wire.sock, other = socket.socketpair()
    wire.sock.settimeout(0)
    wire.settimeout(0.01)

    with pytest.raises(websocket.WebSocketTimeoutException):
        wire.recv()

    wire.shutdown()
    other.close()


def test_nothing_is_written_to_a_broken_connection():
    wire = Wire(enable_multithread=True)
    wire.sock, other = socket.socketpair()
    wire.abort()

    with pytest.raises(websocket.WebSocketConnectionClosedException):
        wire.send("hello")

    wire.shutdown()
    other.close()


def _read(wire: Wire) -> None:
    with suppress(OSError, websocket.WebSocketException):
        wire.recv()
