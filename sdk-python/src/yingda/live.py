"""A live call over its WebSocket: sound both ways, and what happens meanwhile.

```python
with client.calls.connect(call) as live:
    live.play("question.wav")
    for heard in live:
        match heard:
            case bytes():  # 20 ms of sound from the assistant
                ...
            case Event(type="transcript", role="assistant"):
                print(heard.transcript)
```
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import queue
import threading
import wave
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import Future
from os import PathLike
from types import TracebackType
from typing import Any, Self, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from yingda._object import Object
from yingda.errors import CallError, ConnectionFailed

FRAME_S = 0.02
SILENCE = {"pcm_s16le": b"\x00", "mulaw": b"\xff", "alaw": b"\xd5"}
_AHEAD = 64  # frames from the server that wait for a reader
T = TypeVar("T")


class Event(Object):
    """A client message; which fields it has depends on its `type`."""

    __match_args__ = ("type",)
    type: str
    role: str | None
    transcript: str | None
    transcript_type: str | None
    status: str | None
    ended_reason: str | None
    output: str | None
    turn: int | None
    tool_call_list: list[ToolCall] | None
    code: str | None
    message: Any
    timestamp: int | None


class ToolCall(Object):
    """A tool without a server: answer it with `tool_result(id, …)`."""

    id: str
    name: str
    arguments: dict[str, Any]


class AudioFormat:
    """Mono, the same in both directions. `frame` is how many bytes 20 ms have."""

    def __init__(self, format: str = "pcm_s16le", sample_rate: int | None = None) -> None:
        self.format = format
        self.sample_rate = sample_rate or (16_000 if format == "pcm_s16le" else 8000)
        self.frame = int(self.sample_rate * FRAME_S) * (2 if format == "pcm_s16le" else 1)
        self.silence = SILENCE[format] * self.frame


class AsyncLiveCall:
    """One connection. Iterate it for sound (`bytes`) and events; leaving the block hangs up.

    A line is never empty: silence is sent, at the speed of the clock, when there is nothing else.
    """

    def __init__(self, url: str, audio: AudioFormat) -> None:
        self.audio = audio
        self.ended_reason: str | None = None
        self._url = url
        self._socket: ClientConnection | None = None
        self._clock: asyncio.Task[None] | None = None
        self._waiting: deque[bytes] = deque()
        self._spoken = asyncio.Event()

    # ── speaking ────────────────────────────────────────────────────────────────────────────────────

    def send_audio(self, sound: bytes) -> None:
        """Say this after what was given before; any length, in the call's format."""
        size = self.audio.frame
        for start in range(0, len(sound), size):
            piece = sound[start : start + size]
            self._waiting.append(piece + self.audio.silence[len(piece) :])
        self._spoken.clear()

    async def play(self, file: str | PathLike[str]) -> None:
        """Say a WAV file of the call's sample rate; returns when it has been said."""
        self.send_audio(read_wav(file, self.audio))
        await self.spoken()

    async def spoken(self) -> None:
        """Returns when all sound has been sent, or the call is over."""
        if self._waiting:
            await self._spoken.wait()

    # ── steering ────────────────────────────────────────────────────────────────────────────────────

    async def say(self, content: str, *, end_call_after_spoken: bool = False) -> None:
        """Let the assistant say this."""
        await self.send({"type": "say", "content": content, "endCallAfterSpoken": end_call_after_spoken})

    async def add_message(self, role: str, content: str, *, respond: bool = True) -> None:
        """Tell the model something; with `respond` it answers at once."""
        message = {"role": role, "content": content}
        await self.send({"type": "add-message", "message": message, "triggerResponseEnabled": respond})

    async def type_text(self, text: str) -> None:
        """Type instead of speaking."""
        await self.send({"type": "text", "text": text})

    async def press(self, digits: str) -> None:
        """Press keys: `1#`."""
        await self.send({"type": "dtmf", "digits": digits})

    async def control(self, control: str) -> None:
        """mute-assistant, mute-customer and their un-, say-first-message, hold, resume."""
        await self.send({"type": "control", "control": control})

    async def tool_result(self, id: str, result: Any) -> None:
        """Answer a tool call that has no server."""
        answer = {"toolCallId": id, "result": result}
        await self.send({"type": "tool-calls-result", "toolCallResult": answer})

    async def hang_up(self) -> None:
        """As the customer does."""
        await self.send({"type": "hangup"})

    async def end(self) -> None:
        """As the operator does."""
        await self.send({"type": "end-call"})

    async def send(self, message: dict[str, Any]) -> None:
        """Any message, in the API's words."""
        with contextlib.suppress(ConnectionClosed):  # an ended call hears nothing, and there is no harm in it
            await self._connected().send(json.dumps(message, ensure_ascii=False))

    # ── hearing ─────────────────────────────────────────────────────────────────────────────────────

    async def __aiter__(self) -> AsyncIterator[bytes | Event]:
        try:
            async for message in self._connected():
                if isinstance(message, bytes):
                    yield message
                    continue
                event = Event(json.loads(message))
                if event.type == "status-update" and event.ended_reason:
                    self.ended_reason = event.ended_reason
                yield event
        except ConnectionClosed as closed:
            raise _refusal(closed) from closed

    # ── living ──────────────────────────────────────────────────────────────────────────────────────

    async def __aenter__(self) -> Self:
        try:
            self._socket = await connect(self._url, max_queue=_AHEAD)
        except InvalidStatus as error:
            raise _unanswered(error) from error
        except (OSError, InvalidHandshake) as error:
            raise ConnectionFailed(f"The call could not be connected: {error}") from error
        self._clock = asyncio.create_task(self._send_by_the_clock())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Leave; the call ends if it has not."""
        if self._clock is not None:
            self._clock.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._clock
        if self._socket is not None:
            await self._socket.close()

    async def _send_by_the_clock(self) -> None:
        loop, socket = asyncio.get_running_loop(), self._connected()
        due = loop.time()
        try:
            while True:
                await socket.send(self._waiting.popleft() if self._waiting else self.audio.silence)
                if not self._waiting:
                    self._spoken.set()
                due += FRAME_S
                await asyncio.sleep(due - loop.time())
        except ConnectionClosed:
            self._waiting.clear()
            self._spoken.set()

    def _connected(self) -> ClientConnection:
        if self._socket is None:
            raise _not_connected()
        return self._socket


class LiveCall:
    """The same without `await`: an event loop in a thread of its own does the waiting."""

    def __init__(self, url: str, audio: AudioFormat) -> None:
        self._live = AsyncLiveCall(url, audio)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._heard: queue.SimpleQueue[bytes | Event | BaseException | None] = queue.SimpleQueue()
        self._reader: Future[None] | None = None

    @property
    def audio(self) -> AudioFormat:
        """What the call's sound is like."""
        return self._live.audio

    @property
    def ended_reason(self) -> str | None:
        """Why it ended; None until then."""
        return self._live.ended_reason

    def send_audio(self, sound: bytes) -> None:
        """Say this after what was given before; any length, in the call's format."""
        self._running().call_soon_threadsafe(self._live.send_audio, sound)

    def play(self, file: str | PathLike[str]) -> None:
        """Say a WAV file of the call's sample rate; returns at once, while it is being said."""
        self.send_audio(read_wav(file, self.audio))

    def say(self, content: str, *, end_call_after_spoken: bool = False) -> None:
        """Let the assistant say this."""
        self._wait(self._live.say(content, end_call_after_spoken=end_call_after_spoken))

    def add_message(self, role: str, content: str, *, respond: bool = True) -> None:
        """Tell the model something; with `respond` it answers at once."""
        self._wait(self._live.add_message(role, content, respond=respond))

    def type_text(self, text: str) -> None:
        """Type instead of speaking."""
        self._wait(self._live.type_text(text))

    def press(self, digits: str) -> None:
        """Press keys: `1#`."""
        self._wait(self._live.press(digits))

    def control(self, control: str) -> None:
        """mute-assistant, mute-customer and their un-, say-first-message, hold, resume."""
        self._wait(self._live.control(control))

    def tool_result(self, id: str, result: Any) -> None:
        """Answer a tool call that has no server."""
        self._wait(self._live.tool_result(id, result))

    def hang_up(self) -> None:
        """As the customer does."""
        self._wait(self._live.hang_up())

    def end(self) -> None:
        """As the operator does."""
        self._wait(self._live.end())

    def send(self, message: dict[str, Any]) -> None:
        """Any message, in the API's words."""
        self._wait(self._live.send(message))

    def __iter__(self) -> Iterator[bytes | Event]:
        if self._reader is None:
            raise _not_connected()
        while (heard := self._heard.get()) is not None:
            if isinstance(heard, BaseException):
                raise heard
            yield heard
        self._heard.put(None)  # whoever iterates again finds the end again

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="yingda-call", daemon=True)
        self._thread.start()
        try:
            self._wait(self._live.__aenter__())
        except BaseException:
            self._stop()
            raise
        self._reader = asyncio.run_coroutine_threadsafe(self._read(), self._loop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave; the call ends if it has not."""
        if self._loop is not None:
            self._wait(self._live.close())
            if self._reader is not None:
                with contextlib.suppress(CallError):
                    self._reader.result()
            self._stop()

    async def _read(self) -> None:
        try:
            async for heard in self._live:
                self._heard.put(heard)
        except CallError as error:
            self._heard.put(error)
        finally:
            self._heard.put(None)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            loop = self._running()
        except CallError:
            work.close()
            raise
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            raise _not_connected()
        return self._loop

    def _stop(self) -> None:
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


def read_wav(file: str | PathLike[str], audio: AudioFormat) -> bytes:
    """The sound of a WAV file for a call; raises ValueError, with the command that converts the file."""
    with wave.open(str(file), "rb") as wav:
        rate, channels, width = wav.getframerate(), wav.getnchannels(), wav.getsampwidth()
        if audio.format != "pcm_s16le" or (rate, channels, width) != (audio.sample_rate, 1, 2):
            convert = f"ffmpeg -i {file} -ar {audio.sample_rate} -ac 1 -sample_fmt s16 converted.wav"
            raise ValueError(
                f"{file} is {rate} Hz, {channels} channels, {8 * width} bit; this call takes {audio.format}"
                f" at {audio.sample_rate} Hz, mono. For 16 bit: {convert}"
            )
        return wav.readframes(wav.getnframes())


def write_wav(file: str | PathLike[str], sound: bytes, sample_rate: int = 16_000) -> None:
    """Sound of a call as a WAV file (pcm_s16le, mono)."""
    with wave.open(str(file), "wb") as wav:
        wav.setparams((1, 2, sample_rate, 0, "NONE", ""))
        wav.writeframes(sound)


def _not_connected() -> CallError:
    return CallError("not_connected", "The call is not connected: use it in a `with` block.")


def _unanswered(error: InvalidStatus) -> CallError:
    try:
        told = json.loads(error.response.body or b"")
        return CallError(told.get("code", ""), str(told.get("message", "")))
    except (ValueError, AttributeError):
        return CallError(f"http_{error.response.status_code}", "The call could not be connected.")


def _refusal(closed: ConnectionClosed) -> CallError:
    reason = closed.rcvd.reason if closed.rcvd else ""
    return CallError(reason or "connection_lost", "The call's connection has ended with an error.")
