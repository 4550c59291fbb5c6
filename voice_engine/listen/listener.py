"""Caller sound → speech edges at once, words as the recogniser finds them.

Sound is touched by two function calls only (VAD, then a queue to the recogniser's task). A recogniser that
endpoints itself hears everything; one that does not hears speech with PRE_SPEECH_S before it, then a Flush.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Protocol

from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.resample import Resampler
from voice_engine.kernel.errors import ProviderError
from voice_engine.listen.gate import SpeechGate, SpeechStarted
from voice_engine.providers.base import Flush, Stt, Transcript, Usage, VadStream

HEARING_RATE = 16000
PRE_SPEECH_S = 0.3
DETECTION_S = 0.16  # the gate is sure this long after speech began
STALLED_FRAMES = 1500  # a recogniser that has not taken 30 s of sound is dead


class ListenerWatcher(Protocol):
    """Who wants to know what the caller does."""

    def caller_started(self, at: float) -> None: ...
    def caller_stopped(self, at: float) -> None: ...
    def caller_words(self, transcript: Transcript) -> None: ...


class Listener:
    """One caller's ear."""

    def __init__(self, stt: Stt, vad: VadStream, rate: int, watcher: ListenerWatcher) -> None:
        self._stt, self._vad, self._watcher = stt, vad, watcher
        self._resampler = Resampler(rate, HEARING_RATE)
        self._gate = SpeechGate()
        self._queue: asyncio.Queue[AudioFrame | Flush | None] = asyncio.Queue()
        self._recent: deque[bytes] = deque()
        self._recent_s = 0.0
        self._pts = 0
        self.fed_s = 0.0
        self.usage: Usage | None = None

    def push(self, pcm: bytes, begin: float) -> None:
        """The caller's next sound; it begins at `begin` seconds of the session."""
        pcm16 = self._resampler.push(pcm)
        if not pcm16:
            return
        end = begin + len(pcm16) / 2 / HEARING_RATE
        edge = self._gate.feed(self._vad.probability(pcm16), begin, end)
        if self._stt.capabilities.endpoints_itself or self._gate.speaking or edge:
            self._feed_recent()
            self._feed(pcm16)
        else:
            self._remember(pcm16)
        if isinstance(edge, SpeechStarted):
            self._watcher.caller_started(edge.at)
        elif edge:
            self._queue.put_nowait(Flush())
            self._watcher.caller_stopped(edge.at)

    def speaking(self) -> bool:
        """Whether the caller makes sound now."""
        return self._gate.speaking

    async def run(self) -> None:
        """Pump sound into the recogniser and its words out, until `close`; raises ProviderError."""
        async with aclosing(self._stt.transcribe(self._frames())) as heard:  # type: ignore[type-var]
            async for item in heard:
                if isinstance(item, Usage):
                    self.usage = item
                else:
                    self._watcher.caller_words(item)

    def close(self) -> None:
        """No more sound: the recogniser is told to finish."""
        self._queue.put_nowait(None)

    async def _frames(self) -> AsyncIterator[AudioFrame | Flush]:
        while (item := await self._queue.get()) is not None:
            yield item

    def _feed(self, pcm: bytes) -> None:
        if self._queue.qsize() > STALLED_FRAMES:
            raise ProviderError("timeout", self._stt.vendor, "The recogniser takes no more sound.")
        self._queue.put_nowait(AudioFrame(pcm, HEARING_RATE, self._pts))
        self._pts += len(pcm) // 2
        self.fed_s += len(pcm) / 2 / HEARING_RATE

    def _feed_recent(self) -> None:
        while self._recent:
            self._feed(self._recent.popleft())
        self._recent_s = 0.0

    def _remember(self, pcm: bytes) -> None:
        self._recent.append(pcm)
        self._recent_s += len(pcm) / 2 / HEARING_RATE
        while self._recent_s > PRE_SPEECH_S + DETECTION_S:
            self._recent_s -= len(self._recent.popleft()) / 2 / HEARING_RATE
