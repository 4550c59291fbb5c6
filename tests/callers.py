"""Somebody on the line of a real call: speaks recorded words in real time and notes what comes back."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

RATE = 16000
FRAME_S = 0.02
PATIENCE_S = 30.0


class Caller:
    """Somebody on the line: silence, unless there is something to say."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._to_say = bytearray()
        self.heard: list[dict[str, Any]] = []
        self.sound = 0

    async def run(self) -> None:
        """Until the line is dead."""
        await asyncio.gather(self._speak(), self._listen())

    async def _speak(self) -> None:
        loop, size = asyncio.get_running_loop(), int(RATE * FRAME_S) * 2
        due = loop.time()
        while True:
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - loop.time()))
            frame = bytes(self._to_say[:size]).ljust(size, b"\0")
            del self._to_say[:size]
            await self._socket.send(frame)

    async def _listen(self) -> None:
        async for message in self._socket:
            if isinstance(message, bytes):
                self.sound += len(message)
            else:
                self.heard.append(json.loads(message))

    def say(self, pcm: bytes) -> None:
        """Say this now."""
        self._to_say += pcm

    def answers(self) -> list[str]:
        """What the assistant has said so far, one text per turn."""
        return [
            message["transcript"]
            for message in self.heard
            if message["type"] == "transcript"
            and message["role"] == "assistant"
            and message.get("transcriptType", "final") == "final"
        ]


@asynccontextmanager
async def on_the_line(url: str) -> AsyncIterator[Caller]:
    """A caller at a call's `websocketCallUrl`, gone at the end of the block."""
    async with connect(url, max_queue=None) as socket:
        caller = Caller(socket)
        task = asyncio.create_task(caller.run())
        try:
            yield caller
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object], told: Callable[[], object]) -> None:
    """Wait for it; `told` is shown if it does not come."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, told()
        await asyncio.sleep(0.05)


def posted(client: httpx.Client, path: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
    """What is answered."""
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def becomes(client: httpx.Client, call_id: str, status: str) -> dict[str, Any]:
    """The call once its status is that."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        call: dict[str, Any] = client.get(f"/v1/calls/{call_id}").json()
        if call["status"] == status:
            return call
        assert time.monotonic() < deadline, call
        time.sleep(0.05)


def ended(client: httpx.Client, call_id: str) -> dict[str, Any]:
    """The call once its books are closed."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        call: dict[str, Any] = client.get(f"/v1/calls/{call_id}").json()
        if call["status"] == "ended" and call.get("costs"):
            return call
        assert time.monotonic() < deadline, call
        time.sleep(0.2)
