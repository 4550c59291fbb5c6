"""Open sockets between two pieces of work. A handshake costs a voice 100 ms and more of its first sound."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.duplex.codec import Message
from voice_engine.providers.duplex.socket import Socket, Told

PER_ACCOUNT = 16
ACCOUNTS = 1000  # with more, those that have no socket are forgotten: their names hold keys
MOST_EARLY = 4  # messages of a vendor before anything was asked: a welcome, a heartbeat


@dataclass(slots=True)
class _Shelf:
    """The sockets of one event loop."""

    kept: dict[Hashable, list[Socket]] = field(default_factory=dict)
    coming: dict[Hashable, asyncio.Task[None]] = field(default_factory=dict)
    returning: set[Socket] = field(default_factory=set)
    keeper: AsyncGenerator[None, None] | None = None


_shelves: dict[asyncio.AbstractEventLoop, _Shelf] = {}


def take(account: Hashable, told: Told) -> Socket | None:
    """The open socket of this account that was used last; it tells `told` from now on."""
    kept = _shelf().kept.get(account, [])
    while kept:
        socket = kept.pop()
        if socket.open:
            socket.hand_over(told)
            return socket
    return None


def give(account: Hashable, socket: Socket, keep_s: float) -> None:
    """Keep a socket whose work has ended well, or has not begun, for so many seconds at most."""
    loop = asyncio.get_running_loop()
    shelf = _shelf()
    if len(shelf.kept) > ACCOUNTS:
        shelf.kept = {name: sockets for name, sockets in shelf.kept.items() if sockets}
    kept = shelf.kept.setdefault(account, [])
    socket.since = loop.time()
    early = not socket.used  # then the vendor's first words belong to whoever takes it
    socket.told = lambda message: _told(kept, socket, message, early)
    kept.append(socket)
    loop.call_later(keep_s, _expire, kept, socket, keep_s)
    if len(kept) > PER_ACCOUNT:
        kept.pop(0).close()


def prepare(account: Hashable, connect: Callable[[], Awaitable[Socket]], keep_s: float) -> None:
    """Have a socket of this account at hand soon, unless there is one."""
    shelf = _shelf()
    if not shelf.kept.get(account) and account not in shelf.coming:
        coming = asyncio.create_task(_bring(account, connect, keep_s), name="spare socket")
        shelf.coming[account] = coming
        coming.add_done_callback(lambda _: shelf.coming.pop(account))


def returning(socket: Socket) -> None:
    """This socket will be given when its vendor has finished, unless everything is hung up before."""
    _shelf().returning.add(socket)


def returned(socket: Socket) -> None:
    """It has been given, or hung up."""
    _shelf().returning.discard(socket)


async def _bring(account: Hashable, connect: Callable[[], Awaitable[Socket]], keep_s: float) -> None:
    with suppress(ProviderError):  # whoever needs a socket then connects, and is told why it fails
        give(account, await connect(), keep_s)


async def open_shelf() -> None:
    """Make sure that what this loop keeps is closed before the loop ends."""
    shelf = _shelf()
    if shelf.keeper is None:
        shelf.keeper = _until_the_loop_ends(shelf)
        await anext(shelf.keeper)


def close() -> None:
    """Hang up what this loop keeps."""
    _empty(_shelf())


def count(account: Hashable) -> int:
    """Sockets of this account that this loop keeps."""
    return len(_shelf().kept.get(account, ()))


def _shelf() -> _Shelf:
    loop = asyncio.get_running_loop()
    if loop not in _shelves:
        for old in [each for each in list(_shelves) if each.is_closed()]:
            _shelves.pop(old, None)  # other threads have loops of their own and change this meanwhile
        _shelves[loop] = _Shelf()
    return _shelves[loop]


async def _until_the_loop_ends(shelf: _Shelf) -> AsyncGenerator[None, None]:
    """A loop closes the generators it has begun before it ends: the one hook it offers."""
    try:
        yield
    finally:
        _empty(shelf)


def _empty(shelf: _Shelf) -> None:
    for coming in shelf.coming.values():
        coming.cancel()
    for kept in shelf.kept.values():
        while kept:
            kept.pop().close()
    while shelf.returning:
        shelf.returning.pop().close()


def _told(kept: list[Socket], socket: Socket, message: Message | BaseException, early: bool) -> None:
    """Closed, or saying something that nobody has asked for: it goes."""
    if early and not isinstance(message, BaseException) and len(socket.early) < MOST_EARLY:
        socket.early.append(message)
        return
    if socket in kept:
        kept.remove(socket)
    socket.close()


def _expire(kept: list[Socket], socket: Socket, keep_s: float) -> None:
    if socket in kept and asyncio.get_running_loop().time() >= socket.since + keep_s - 0.01:
        kept.remove(socket)
        socket.close()
