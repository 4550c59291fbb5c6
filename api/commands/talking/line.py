"""The WebSocket of one call: our sound out every 20 ms, the agent's sound and messages in."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Protocol

import websockets
from websockets.asyncio.client import ClientConnection, connect

from api.commands.talking.conduct import Conduct, Verdict
from api.commands.talking.installation import is_loopback
from api.commands.talking.sound import Heard
from voice_engine.audio.frame import FRAME_S
from voice_engine.kernel.errors import Unavailable

Json = dict[str, Any]
Tell = Callable[[Json, float], None]

GOODBYE_S = 5.0
REFUSED = (websockets.exceptions.InvalidHandshake, OSError, TimeoutError)


class Mouth(Protocol):
    """What we say."""

    def next(self, *, may_begin: bool) -> bytes | Json:
        """The next 20 ms of PCM16, or a message; silence until we may begin."""

    @property
    def done(self) -> bool:
        """Whether everything has been said."""


class Ear(Protocol):
    """Who hears the agent as it speaks, beside the file."""

    def play(self, pcm: bytes) -> None: ...

    def clear(self) -> None: ...


async def dial(url: str) -> ClientConnection:
    """Connect to a call; raises Unavailable with the server's reason."""
    try:
        if is_loopback(url):
            return await connect(url, proxy=None, max_size=None, compression=None)
        return await connect(url, max_size=None, compression=None)
    except websockets.exceptions.InvalidStatus as error:
        raise Unavailable("socket_refused", f"The call was refused: {_reason(error)}") from error
    except REFUSED as error:
        message = (
            f"The call's socket cannot be reached ({error}). Is the engine running? See `yingda doctor`."
        )
        raise Unavailable("socket_unreachable", message) from error


def _reason(error: websockets.exceptions.InvalidStatus) -> str:
    try:
        return str(json.loads(error.response.body or b"")["message"])
    except (ValueError, KeyError, TypeError):
        return f"it answers {error.response.status_code}."


class Line:
    """One conversation over a socket. `tell` is told every message and the second of the call it came in."""

    def __init__(
        self,
        socket: ClientConnection,
        conduct: Conduct,
        mouth: Mouth,
        ear: Ear,
        tell: Tell,
    ) -> None:
        self._socket, self.conduct, self._mouth = socket, conduct, mouth
        self._ear, self._tell = ear, tell
        self._began = 0.0
        self._over = asyncio.Event()
        self.heard = Heard()
        self.ended_reason = ""
        self.refusal = ""
        self.verdict = Verdict.GO_ON

    def stop(self) -> None:
        """Hang up soon."""
        self._over.set()

    async def hold(self) -> None:
        """The whole conversation, until it is over or somebody hangs up; the socket is closed then."""
        self._began = asyncio.get_running_loop().time()
        self.conduct.opened(0.0)
        receiving = asyncio.create_task(self._receive(), name="receive")
        try:
            await self._speak(receiving)
        finally:
            await self._hang_up(receiving)

    def _now(self) -> float:
        return asyncio.get_running_loop().time() - self._began

    async def _speak(self, receiving: asyncio.Task[None]) -> None:
        due = 0.0
        while not receiving.done() and not self._over.is_set():
            now = self._now()
            await self._send(self._mouth.next(may_begin=self.conduct.may_speak(now)))
            if self._mouth.done and self.conduct.said_all_at is None:
                self.conduct.said_all(now)
            self.verdict = self.conduct.verdict(now)
            if self.verdict is not Verdict.GO_ON:
                return
            due = max(due + FRAME_S, now - 1)
            await asyncio.sleep(max(0.0, due - self._now()))

    async def _send(self, item: bytes | Json) -> None:
        try:
            await self._socket.send(item if isinstance(item, bytes) else json.dumps(item))
        except websockets.exceptions.ConnectionClosed:
            self._over.set()

    async def _receive(self) -> None:
        try:
            async for data in self._socket:
                self._take(data)
        except websockets.exceptions.ConnectionClosedError:
            self.refusal = self.refusal or "The connection to the engine was lost."

    def _take(self, data: str | bytes) -> None:
        now = self._now()
        if isinstance(data, bytes):
            self.heard.receive(data, now)
            self.conduct.audible_until(self.heard.until)
            self._ear.play(data)
            return
        message = json.loads(data)
        match message.get("type"):
            case "clear":
                self.heard.clear(now)
                self._ear.clear()
                return
            case "error":
                self.refusal = str(message.get("message", ""))
            case "status-update" if message.get("status") == "ended":
                self.ended_reason = str(message.get("endedReason", ""))
        self.conduct.take(message, now)
        self._tell(message, now)

    async def _hang_up(self, receiving: asyncio.Task[None]) -> None:
        if not receiving.done():
            await self._send({"type": "end-call"})
            await asyncio.wait({receiving}, timeout=GOODBYE_S)
        await self._socket.close()
        await receiving
