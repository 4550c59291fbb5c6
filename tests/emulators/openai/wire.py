"""HTTP/1.1 over bare sockets, so that an answer can break off in every way an answer can break off."""

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Self

Handler = Callable[["Exchange"], Awaitable[None]]


class Hung(Exception):
    """The client has gone."""


class Exchange:
    """One request and the means to answer it. Header names are in lower case.

    `connection` numbers the TCP connections from 0; `gone_at` is when (time.monotonic) the client hung up
    before the answer was over, or None.
    """

    def __init__(
        self, method: str, path: str, headers: dict[str, str], body: bytes, connection: int,
        writer: asyncio.StreamWriter,
    ) -> None:  # fmt: skip
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.connection = connection
        self.gone_at: float | None = None
        self.keep = True
        self._writer = writer
        self._chunked = False

    def json(self) -> Any:
        """The body as JSON; None when it is not."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    async def whole(
        self, status: int, body: bytes | Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        """A complete answer; a mapping becomes JSON."""
        kind = "text/plain" if isinstance(body, bytes) else "application/json"
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        lines = {"content-type": kind, "content-length": str(len(raw)), **(headers or {})}
        await self._head(status, lines)
        await self.write(raw)

    async def begin(self, headers: Mapping[str, str] | None = None) -> None:
        """The head of an event stream."""
        self._chunked = True
        lines = {"content-type": "text/event-stream", "transfer-encoding": "chunked", **(headers or {})}
        await self._head(200, lines)

    async def event(self, item: Mapping[str, Any]) -> None:
        """One `data:` item."""
        await self.text(f"data: {json.dumps(item, ensure_ascii=False)}\n\n")

    async def text(self, text: str) -> None:
        """Anything, as one HTTP chunk."""
        await self.chunk(text.encode())

    async def chunk(self, raw: bytes) -> None:
        """Bytes, as one HTTP chunk."""
        await self.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")

    async def end(self) -> None:
        """The end of the stream as HTTP knows it; the connection can be used again."""
        await self.write(b"0\r\n\r\n")

    def reset(self) -> None:
        """Break the connection with a TCP reset."""
        self.keep = False
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def close(self) -> None:
        """Close the connection after what was sent."""
        self.keep = False

    async def write(self, raw: bytes) -> None:
        """Bytes as they are."""
        if self._writer.is_closing():
            raise Hung
        self._writer.write(raw)
        try:
            await self._writer.drain()
        except ConnectionError as error:
            raise Hung from error

    async def _head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        await self.write(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode())


class Server:
    """Serves `handler` on a loopback port (0: a free one), in a thread and loop of its own."""

    def __init__(self, handler: Handler, port: int = 0) -> None:
        self.port = port
        self.connections = 0
        self._handler = handler
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._open: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._errors: list[BaseException] = []

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(5)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        for error in self._errors:  # a mistake in the emulator, not in its client
            raise error

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        assert self._server
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, self.connections = self.connections, self.connections + 1
        task = asyncio.create_task(self._talk(reader, writer, number))
        self._open.add(task)
        task.add_done_callback(self._closed)

    def _closed(self, task: asyncio.Task[None]) -> None:
        self._open.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._errors.append(error)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        try:
            while exchange := await _read(reader, writer, number):
                await self._answer(exchange, reader)
                if not exchange.keep or exchange.gone_at is not None:
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, exchange: Exchange, reader: asyncio.StreamReader) -> None:
        """Let the handler answer for as long as the client listens."""
        answering = asyncio.ensure_future(self._handler(exchange))
        watching = asyncio.ensure_future(_until_gone(reader))
        try:
            await asyncio.wait([answering, watching], return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                exchange.gone_at = time.monotonic()
        finally:
            for task in (answering, watching):
                task.cancel()
            results = await asyncio.gather(answering, watching, return_exceptions=True)
        if isinstance(results[0], Exception) and not isinstance(results[0], Hung | ConnectionError):
            raise results[0]


async def _until_gone(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        await reader.read(1)


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> Exchange | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Exchange(method, path, headers, body, number, writer)
