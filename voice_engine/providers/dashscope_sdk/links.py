"""Open connections: how they are made, and the warm ones between two tasks."""

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import websocket

from voice_engine.providers.dashscope_sdk.config import Account
from voice_engine.providers.dashscope_sdk.wire import Wire

SEND_BUFFER = 256 * 1024  # 8 s of sound at 16 kHz before a stalled socket is felt
_OPTIONS = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER),
)


@dataclass(slots=True, eq=False)
class Link:
    """A connection of the SDK, and the socket under it."""

    connection: Any
    wire: Wire
    since: float = field(default_factory=time.monotonic)

    def close(self) -> None:
        """Hang up; waits a moment for the SDK's reader thread."""
        self.connection.close()


def sdk() -> Any:
    """The SDK. It takes more than a second to import: on a task's thread, and not before it is needed."""
    import dashscope

    return dashscope


def connect(whose: Account, timeout_s: float, opening: Callable[[Wire], None]) -> Link:
    """Open a connection, blocking. `opening` is told the socket beforehand, so that another thread can
    break off. Raises whatever the SDK and its socket raise.
    """
    wires: list[Wire] = []

    def new_wire(**options: Any) -> Wire:
        wires.append(Wire(**options))
        opening(wires[-1])
        return wires[-1]

    def connector(url: str, headers: Mapping[str, str]) -> websocket.WebSocket:
        kind: Any = new_wire
        # A redirect would carry the key to another host.
        return websocket.create_connection(
            url, timeout_s, kind, header=dict(headers), sockopt=_OPTIONS, redirect_limit=0
        )

    url = whose.url or sdk().base_websocket_api_url.replace("{workspace_id}", whose.workspace)
    connection = sdk().WsConnection(
        url=url, api_key=whose.api_key, workspace=whose.workspace or None, connector=connector, module="audio"
    )
    return Link(connection, wires[-1])


class WarmLinks:
    """Connections that wait for their next task.

    A voice says each clause in a task of its own; a handshake and loading the voice cost up to 1.5 s by the
    vendor's own word, a warm socket about a third of it. The vendor closes idle ones after 60 s.
    """

    def __init__(self, idle_s: float = 40.0, per_account: int = 16) -> None:
        self._idle_s, self._per_account = idle_s, per_account
        self._links: dict[Account, list[Link]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        with self._lock:
            return sum(len(links) for links in self._links.values())

    def take(self, whose: Account) -> Link | None:
        """The most recently used live connection of this account."""
        self._sweep()
        with self._lock:
            links = self._links.get(whose)
            return links.pop() if links else None

    def give(self, whose: Account, link: Link) -> None:
        """Keep a connection whose task has ended well."""
        link.since = time.monotonic()
        with self._lock:
            self._links.setdefault(whose, []).append(link)
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
            for whose, links in list(self._links.items()):
                good = [x for x in links if x.since > oldest and not x.connection.closed]
                self._links[whose] = good[-self._per_account :]
                gone += [x for x in links if x not in self._links[whose]]
                if not good:
                    del self._links[whose]
        for link in gone:
            link.close()
