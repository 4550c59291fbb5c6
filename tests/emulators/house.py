"""A company with several services: each is an emulator of its own, and one address leads to all of them.

What a client sends is read only as far as it must be to see whom it is for; answers pass as they come, broken
ones too.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, ClassVar

from tests.emulators.ear import Script
from tests.emulators.faults import Fault
from voice_engine.kernel.accounts import ACCOUNTS, BASE_URL


class House:
    """From `start` until `stop`. `rooms` are its services; each has a port when it has started.

    `fault` and `said` count for all of them, and are told them when they start. `account` is the credential
    they accept, `notes` is what a person should know beside the settings.
    """

    name: ClassVar[str]

    def __init__(self, script: Script | None = None) -> None:
        self.said: Iterator[str] = iter(script.said if script else ())
        self.fault: Fault | None = None
        self.account: dict[str, str] = {}
        self.rooms: list[Any] = []
        self.notes: tuple[str, ...] = ()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._guests: set[asyncio.Task[None]] = set()

    def room(self, path: str, upgrades: bool) -> Any:
        """Who answers this path (with its query), over HTTP or over a WebSocket."""
        raise NotImplementedError("a house has rooms")

    def tell(self, room: Any) -> None:
        """Let a service know what counts for the whole company; it is about to start."""
        room.fault, room.said = self.fault, self.said

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def violations(self) -> list[str]:
        """Every mistake of a client."""
        return [violation for room in self.rooms for violation in room.violations]

    def environment(self) -> dict[str, str]:
        """The settings that bring an installation here."""
        known = ACCOUNTS[self.name]
        fields = {known.setting(name): value for name, value in self.account.items()}
        return {**fields, known.setting(BASE_URL): self.url}

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        for room in self.rooms:
            self.tell(room)
            await room.start()
        self._server = await asyncio.start_server(self._meet, host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Show everybody out."""
        if self._server:
            self._server.close()
            for guest in self._guests:
                guest.cancel()
            await asyncio.gather(*self._guests, return_exceptions=True)
        for room in self.rooms:
            await room.stop()

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guest = asyncio.create_task(_Guest(self, reader, writer).serve())
        self._guests.add(guest)
        guest.add_done_callback(self._guests.discard)


class _Guest:
    """One connection of a client, and those to the rooms it has asked for."""

    def __init__(self, house: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._house, self._reader, self._writer = house, reader, writer
        self._rooms: dict[int, asyncio.StreamWriter] = {}
        self._answers: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._pass_on():
                    pass
        finally:
            for answer in self._answers:
                answer.cancel()
            await asyncio.gather(*self._answers, return_exceptions=True)
            for writer in (self._writer, *self._rooms.values()):
                writer.transport.abort()

    async def _pass_on(self) -> bool:
        """One request, or everything from here on when it becomes a WebSocket."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        upgrades = "upgrade" in headers
        room = await self._enter(self._house.room(first.split(" ")[1], upgrades).port)
        room.write(head)
        if upgrades:
            await _copy(self._reader, room)
            return False
        room.write(await self._reader.readexactly(int(headers.get("content-length", "0"))))
        await room.drain()
        return True

    async def _enter(self, port: int) -> asyncio.StreamWriter:
        if port not in self._rooms:
            reader, self._rooms[port] = await asyncio.open_connection("127.0.0.1", port)
            answer = asyncio.create_task(self._answer(reader))
            self._answers.add(answer)
        return self._rooms[port]

    async def _answer(self, reader: asyncio.StreamReader) -> None:
        with suppress(ConnectionError):
            await _copy(reader, self._writer)
        self._writer.transport.abort() if reader.exception() else self._writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65536):
        writer.write(piece)
        await writer.drain()
