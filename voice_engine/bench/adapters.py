"""The engine's side of the loopback vendors; as thin as an adapter can be over picows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import orjson
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Flush, Transcript, Usage

DEADLINE_S = 5.0
ID_BYTES = 4


class _Inbox(WSListener):
    """Frames into a queue."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[bytes | None] = asyncio.Queue()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type in (WSMsgType.TEXT, WSMsgType.BINARY):
            self.frames.put_nowait(frame.get_payload_as_bytes())

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.frames.put_nowait(None)


async def _dial(url: str) -> tuple[WSTransport, _Inbox]:
    try:
        async with asyncio.timeout(DEADLINE_S):
            transport, inbox = await ws_connect(_Inbox, url)
    except (OSError, TimeoutError) as error:
        raise ProviderError("network", "loopback", str(error)) from error
    assert isinstance(inbox, _Inbox)
    return transport, inbox


class LoopbackStt:
    """One socket for the whole call, fed silence too."""

    vendor = "loopback"
    capabilities = Capabilities(sample_rates=(16000,), endpoints_itself=True)

    def __init__(self, url: str) -> None:
        self._url = url

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        socket, inbox = await _dial(self._url)
        feeding = asyncio.create_task(self._feed(frames, socket, inbox))
        try:
            while (data := await inbox.frames.get()) is not None:
                heard = orjson.loads(data)
                yield Transcript(heard["text"], heard["final"])
        finally:
            feeding.cancel()
            socket.disconnect()

    async def _feed(self, frames: AsyncIterator[Any], socket: WSTransport, inbox: _Inbox) -> None:
        async for frame in frames:
            if isinstance(frame, AudioFrame):
                socket.send(WSMsgType.BINARY, frame.pcm)
            else:
                socket.send(WSMsgType.TEXT, b"flush")
        inbox.frames.put_nowait(None)


class LoopbackTts:
    """One warm socket for the whole call; what was cut off is cancelled on it, its late sound is dropped."""

    vendor = "loopback"
    capabilities = Capabilities(sample_rates=(16000,))

    def __init__(self, url: str, rate: int) -> None:
        self._url, self._rate = url, rate
        self._line: tuple[WSTransport, _Inbox] | None = None
        self._asked = 0

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | Usage]:
        whole = "".join([piece async for piece in text])
        if self._line is None or self._line[0].is_disconnected:
            self._line = await _dial(self._url)
        socket, inbox = self._line
        self._asked += 1
        number = self._asked
        finished = False
        try:
            socket.send(WSMsgType.TEXT, f"{number} {whole}".encode())
            async with aclosing(self._sound(inbox, number)) as sounds:  # type: ignore[type-var]
                async for pcm in sounds:
                    yield AudioFrame(pcm, self._rate)
            finished = True
            yield Usage({"characters": float(len(whole))})
        finally:
            if not finished and not socket.is_disconnected:
                socket.send(WSMsgType.TEXT, str(number).encode())

    async def _sound(self, inbox: _Inbox, number: int) -> AsyncIterator[bytes]:
        head = number.to_bytes(ID_BYTES, "big")
        while (frame := await self._next(inbox)) != head:
            if frame.startswith(head):
                yield frame[ID_BYTES:]

    async def _next(self, inbox: _Inbox) -> bytes:
        try:
            async with asyncio.timeout(DEADLINE_S):
                frame = await inbox.frames.get()
        except TimeoutError as error:
            raise ProviderError("timeout", "loopback", "The voice is silent.") from error
        if frame is None:
            raise ProviderError("network", "loopback", "The voice hung up.")
        return frame
