"""Open connections: how they are made, and the warm ones between two tasks."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import websocket

from voice_engine.providers.dashscope_sdk import VENDOR
from voice_engine.providers.dashscope_sdk.config import Account
from voice_engine.providers.dashscope_sdk.wire import Wire
from voice_engine.providers.warming import knock

SEND_BUFFER = 256 * 1024  # 8 s of sound at 16 kHz before a stalled socket is felt
_OPTIONS = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER),
)


@dataclass(slots=True, eq=False)
class Link:
    """A connection of the SDK, and the socket under it. `serves`: who may use it for what."""

    connection: Any
    wire: Wire
    serves: Hashable
    since: float = field(default_factory=time.monotonic)

    def close(self) -> None:
        """Hang up; waits a moment for the SDK's reader thread, where there is one."""
        self.connection.close()


def sdk() -> Any:
    """The SDK. It takes more than a second to import: on a thread, and not before it is needed."""
    import dashscope

    return dashscope


def connect(whose: Account, timeout_s: float, opening: Callable[[Wire], None]) -> Link:
    """Open a connection for tasks, blocking. `opening` is told the socket beforehand, so that another thread
    can break off. Raises whatever the SDK and its socket raise.
    """
    dial = _Dial(timeout_s, opening)
    connection = sdk().WsConnection(
        url=_default(whose.url, sdk().base_websocket_api_url, whose),
        api_key=whose.api_key,
        workspace=whose.workspace or None,
        connector=dial,
        module="audio",
    )
    return Link(connection, dial.wire, whose)


def connect_session(
    whose: Account, model: str, timeout_s: float, silent_s: float, opening: Callable[[Wire], None]
) -> Link:
    """Open a realtime session of this model, likewise. It breaks when nothing is heard for `silent_s`."""
    from dashscope.v2.resources.audio.realtime import RealtimeSession

    url = _default(whose.url, sdk().base_websocket_api_url, whose).removesuffix("/inference") + "/realtime"
    dial = _Dial(timeout_s, opening)
    # The SDK's client would read keys and workspaces from the environment, where other people's may stand.
    nobody = SimpleNamespace(
        config=SimpleNamespace(api_key=None, workspace=None, region=None, timeout=silent_s)
    )
    session = RealtimeSession(
        nobody,
        model=model,
        ws_url=url,
        connector=dial,
        api_key=whose.api_key,
        workspace=whose.workspace or None,
    )
    session.connect()
    return Link(session, dial.wire, (whose, model))


def http_address(whose: Account) -> str:
    """Where the HTTP interface of an account is."""
    if not whose.url:
        return _default("", sdk().base_http_api_url, whose)
    url = whose.url.replace("ws", "http", 1)
    return url.removesuffix("/api-ws/v1/inference").removesuffix("/api/v1") + "/api/v1"


async def knock_at(whose: Account) -> None:
    """See `warming.knock`. The SDK, which knows where the vendor is, is then at hand for the first call."""
    known = await asyncio.to_thread(sdk)
    await knock(_default(whose.url, known.base_websocket_api_url, whose), VENDOR)


def _default(url: str, vendors: str, whose: Account) -> str:
    return url or vendors.replace("{workspace_id}", whose.workspace)


class _Dial:
    """What the SDK calls to get its socket."""

    def __init__(self, timeout_s: float, opening: Callable[[Wire], None]) -> None:
        self._timeout_s, self._opening = timeout_s, opening
        self.wire: Wire

    def __call__(self, url: str, headers: Mapping[str, str]) -> websocket.WebSocket:
        kind: Any = self._new
        # A redirect would carry the key to another host.
        return websocket.create_connection(
            url,
            self._timeout_s,
            kind,
            header=dict(headers),
            sockopt=_OPTIONS,
            redirect_limit=0,
            skip_utf8_validation=True,  # decoding does it too, a hundred times faster
        )

    def _new(self, **options: Any) -> Wire:
        self.wire = Wire(**options)
        self._opening(self.wire)
        return self.wire


class WarmLinks:
    """Connections that wait for their next talk.

    A voice says each clause in a talk of its own; a handshake and loading the voice cost up to 1.5 s by the
    vendor's own word, a warm socket about a third of it. The vendor closes idle ones after 60 s.
    """

    def __init__(self, idle_s: float = 40.0, most: int = 16) -> None:
        self._idle_s, self._most = idle_s, most  # `most` of those that serve the same
        self._links: dict[Hashable, list[Link]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        with self._lock:
            return sum(len(links) for links in self._links.values())

    def take(self, serves: Hashable) -> Link | None:
        """The most recently used live connection that serves this."""
        self._sweep()
        with self._lock:
            links = self._links.get(serves)
            return links.pop() if links else None

    def give(self, link: Link) -> None:
        """Keep a connection whose talk has ended well."""
        link.since = time.monotonic()
        with self._lock:
            self._links.setdefault(link.serves, []).append(link)
        self._sweep()

    def close(self) -> None:
        """Hang up everywhere."""
        with self._lock:
            links = [link for kept in self._links.values() for link in kept]
            self._links.clear()
        for link in links:
            link.close()

    def _sweep(self) -> None:
        oldest = time.monotonic() - self._idle_s
        gone: list[Link] = []
        with self._lock:
            for serves, links in list(self._links.items()):
                good = [x for x in links if x.since > oldest and not x.wire.broken]
                self._links[serves] = good[-self._most :]
                gone += [x for x in links if x not in self._links[serves]]
                if not good:
                    del self._links[serves]
        for link in gone:
            link.close()
