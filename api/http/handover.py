"""WebSocket upgrades leave this process: the connected socket itself goes to an engine (decision 0002).

uvicorn builds this protocol instead of one of its own when it sees an upgrade. It sends the file descriptor
and the bytes already read to the engine's Unix socket (SCM_RIGHTS) and forgets the connection, so that no
frame of media ever passes through the process that serves REST.
"""

import asyncio
import os
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import structlog
from redis import Redis
from redis.exceptions import RedisError

from voice_engine.kernel import paths, tokens
from voice_engine.kernel.errors import Unavailable, YingdaError

GIVE_S = 2.0

log = structlog.get_logger()


class EngineFinder:
    """Which engine's Unix socket a WebSocket path belongs to."""

    def __init__(self, redis: Redis, secret: bytes, choose: Callable[[], str]) -> None:
        self._redis, self._secret, self._choose = redis, secret, choose

    def socket_for(self, target: str) -> str:
        """The path of the engine's socket; raises NotFound, Unauthorized or Unavailable."""
        url = urlsplit(target)
        if url.path in paths.SEED:
            return self._socket(self._chosen())
        _, kind = paths.call_socket(url.path)
        token = parse_qs(url.query).get("token", [""])[0]
        claims = tokens.verify(token, self._secret, kind=kind, now=time.time())
        return self._socket(claims["engine"])

    def _chosen(self) -> str:
        try:
            return self._choose()
        except RedisError as error:
            sentence = "The call cannot be connected just now; try again."
            raise Unavailable("redis_unavailable", sentence) from error

    def _socket(self, engine_id: str) -> str:
        try:
            facts: Any = self._redis.get(f"yingda:engine:{engine_id}")
        except RedisError as error:
            sentence = "The call cannot be connected just now; try again."
            raise Unavailable("redis_unavailable", sentence) from error
        if facts is None:
            raise Unavailable("engine_gone", "The engine of this call is gone; create a new call.")
        return str(orjson.loads(facts)["socket"])


def handover(finder: EngineFinder) -> type[asyncio.Protocol]:
    """The class to give to uvicorn as `ws`."""

    class Handover(asyncio.Protocol):
        def __init__(self, config: Any, server_state: Any, app_state: Any) -> None:
            self._transport: Any = None
            self._giving: asyncio.Task[None] | None = None
            self._tasks: set[asyncio.Task[None]] = server_state.tasks

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self._transport = transport
            self._transport.pause_reading()

        def data_received(self, data: bytes) -> None:
            self._giving = asyncio.ensure_future(_give(finder, self._transport, data))
            self._tasks.add(self._giving)  # uvicorn waits for these when it shuts down
            self._giving.add_done_callback(self._tasks.discard)

    return Handover


async def _give(finder: EngineFinder, transport: Any, head: bytes) -> None:
    target = head.split(b" ", 2)[1].decode("ascii", "replace")
    descriptor = os.dup(transport.get_extra_info("socket").fileno())
    try:
        await asyncio.to_thread(_hand_over, finder, target, descriptor, head)
        transport.abort()  # closes our descriptor only; the connection lives on in the engine
    except YingdaError as error:
        _refuse(transport, error)
    except OSError as failure:
        log.warning("handover_failed", error=str(failure))
        _refuse(transport, Unavailable("engine_gone", "The engine of this call is gone; create a new call."))
    finally:
        os.close(descriptor)


def _hand_over(finder: EngineFinder, target: str, descriptor: int, head: bytes) -> None:
    path = finder.socket_for(target)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as engine:
        engine.settimeout(GIVE_S)
        engine.connect(path)
        length = len(head).to_bytes(4, "big")
        socket.send_fds(engine, [length], [descriptor])
        engine.sendall(head)
        engine.shutdown(socket.SHUT_WR)


def _refuse(transport: Any, error: YingdaError) -> None:
    body = orjson.dumps({"message": error.message, "code": error.code, "statusCode": error.status})
    phrase = type(error).__name__
    head = (
        f"HTTP/1.1 {error.status} {phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    transport.write(head.encode() + body)
    transport.close()
