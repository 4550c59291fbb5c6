"""Three ways to say something: a recording, typed words, a microphone."""

import asyncio
from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from api.commands.talking.sound import FRAME_BYTES, RATE, SILENCE
from voice_engine.kernel.errors import Unavailable

Json = dict[str, Any]

FRAME_SAMPLES = FRAME_BYTES // 2
MOST_WAITING = 25  # frames of microphone sound: half a second; what is older is late anyway


class Recording:
    """Frames, one after the other, once we may begin."""

    def __init__(self, frames: Iterator[bytes]) -> None:
        self._frames = frames
        self._begun = self.done = False

    def next(self, *, may_begin: bool) -> bytes | Json:
        self._begun = self._begun or may_begin
        if not self._begun or self.done:
            return SILENCE
        frame = next(self._frames, None)
        self.done = frame is None
        return frame or SILENCE


class Typed:
    """Words instead of sound; the line stays silent."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.done = False

    def next(self, *, may_begin: bool) -> bytes | Json:
        if self.done or not may_begin:
            return SILENCE
        self.done = True
        return {"type": "text", "text": self._text}


class Deaf:
    """An ear when only a file listens."""

    def play(self, pcm: bytes) -> None:
        """Nobody is there."""

    def clear(self) -> None:
        """Nothing waits."""


class SoundCard:
    """Microphone and loudspeaker through the optional package sounddevice; mouth and ear at once.

    Raises Unavailable `no_sounddevice` or `no_sound_card`. There is no echo cancellation: use headphones.
    """

    done = False  # until somebody hangs up

    def __init__(self) -> None:
        self._device = _sounddevice()
        self._loop = asyncio.get_running_loop()
        self._heard: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._to_play = bytearray()

    def __enter__(self) -> Self:
        shape = {"samplerate": RATE, "channels": 1, "dtype": "int16", "blocksize": FRAME_SAMPLES}
        try:
            self._streams = (
                self._device.RawInputStream(callback=self._captured, **shape),
                self._device.RawOutputStream(callback=self._wanted, **shape),
            )
            for stream in self._streams:
                stream.start()
        except self._device.PortAudioError as error:
            message = f"The sound card cannot be used: {error}. Use --in question.wav instead."
            raise Unavailable("no_sound_card", message) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in self._streams:
            stream.close()

    def next(self, *, may_begin: bool) -> bytes | Json:
        return self._heard.popleft() if self._heard else SILENCE

    def play(self, pcm: bytes) -> None:
        self._to_play += pcm

    def clear(self) -> None:
        self._to_play.clear()

    # In the sound card's thread: hand over, never touch the conversation.

    def _captured(self, sound: Any, _count: int, _time: Any, _status: Any) -> None:
        self._loop.call_soon_threadsafe(self._heard.append, bytes(sound))

    def _wanted(self, out: Any, _count: int, _time: Any, _status: Any) -> None:
        piece = bytes(self._to_play[: len(out)])
        del self._to_play[: len(piece)]
        out[:] = piece.ljust(len(out), b"\0")


def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError:
        message = "--mic needs the package sounddevice: pip install sounddevice. Or use --in question.wav."
        raise Unavailable("no_sounddevice", message) from None
    except OSError:  # the package without PortAudio
        message = "This machine has no PortAudio library, so --mic cannot work; use --in question.wav."
        raise Unavailable("no_sound_card", message) from None
    return sounddevice
