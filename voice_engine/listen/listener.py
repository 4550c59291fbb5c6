"""Caller sound → speech edges at once, words as the recogniser finds them.

Sound is touched by two function calls only (the ear, then a queue to the recogniser's task). A recogniser
that endpoints itself hears everything, in silence by larger pieces; one that does not hears speech with
PRE_SPEECH_S before it, then a Flush.
"""

from collections import deque
from contextlib import aclosing
from typing import Protocol

from voice_engine.audio.frame import HEARING_RATE, AudioFrame
from voice_engine.audio.resample import Resampler
from voice_engine.kernel.errors import ProviderError
from voice_engine.listen.ear import STEP, Ear, Hearing
from voice_engine.listen.gate import SpeechPaused, SpeechStarted
from voice_engine.providers.base import Flush, Stt, Transcript, Usage, VadStream
from voice_engine.providers.frames import Frames

PRE_SPEECH_S = 0.3
DETECTION_S = 0.26  # the gate is sure this long after speech began, at the latest
PACK_S = 0.1  # of silence in one message
FINAL_S = 2.0  # after speech, while a final may hang on every frame
STALLED_S = 30.0  # a recogniser that has not taken so much sound is dead
_BYTES_PER_S = 2 * HEARING_RATE


class ListenerWatcher(Protocol):
    """Who wants to know what the caller does. Times are seconds of the session.

    A pause follows a start or a pause, a stop follows a start or a pause; speech that goes on after a pause
    is not announced.
    """

    def caller_started(self, at: float) -> None: ...
    def caller_paused(self, at: float) -> None: ...
    def caller_stopped(self, at: float) -> None: ...
    def caller_words(self, transcript: Transcript) -> None: ...


class Listener:
    """One caller's ear and the recogniser behind it. `on_level`: see Ear."""

    def __init__(
        self, stt: Stt, vad: VadStream, rate: int, watcher: ListenerWatcher, on_level: Hearing | None = None
    ) -> None:
        self._stt, self._watcher = stt, watcher
        self._resampler = Resampler(rate, HEARING_RATE)
        self._ear = Ear(vad, on_level)
        self._frames = Frames()
        self._kept: deque[bytes] = deque()  # silence: to be packed, or what was before speech
        self._kept_s = 0.0
        self._final_due: float | None = None  # until when a final of this utterance is awaited
        self._pts = 0
        self.fed_s = 0.0
        self.usage: Usage | None = None

    def push(self, pcm: bytes, begin: float) -> None:
        """The caller's next sound; it begins at `begin` seconds of the session."""
        pcm16 = self._resampler.push(pcm)
        if not pcm16:
            return
        edges = self._ear.hear(pcm16, begin)
        self._keep(pcm16)
        if self._ear.speaking or edges:
            self._send()
        elif self._stt.capabilities.endpoints_itself:
            self._send_silence(begin)
        else:
            self._forget_silence()
        for edge in edges:
            if isinstance(edge, SpeechStarted):
                self._watcher.caller_started(edge.at)
            elif isinstance(edge, SpeechPaused):
                self._watcher.caller_paused(edge.at)
            else:
                self._final_due = edge.at + FINAL_S
                self._frames.put(Flush())
                self._watcher.caller_stopped(edge.at)

    def speaking(self) -> bool:
        """Whether the caller makes sound now."""
        return self._ear.speaking

    @property
    def voiced_until(self) -> float:
        """Where the caller's voice was heard last."""
        return self._ear.voiced_until

    def warm(self) -> None:
        """Let a recogniser with a socket open it now: vendors connect with the first sound."""
        if self._stt.capabilities.endpoints_itself:
            self._keep(bytes(STEP))
            self._send()

    async def run(self) -> None:
        """Pump sound into the recogniser and its words out, until `close`; raises ProviderError."""
        self.warm()
        async with aclosing(self._stt.transcribe(self._frames)) as heard:  # type: ignore[type-var]
            async for item in heard:
                if isinstance(item, Usage):
                    self.usage = item
                    continue
                if item.final:
                    self._final_due = None
                self._watcher.caller_words(item)

    def close(self) -> None:
        """No more sound: the recogniser is told to finish."""
        if self._stt.capabilities.endpoints_itself:
            self._send()
        self._frames.end()

    def _keep(self, pcm: bytes) -> None:
        self._kept.append(pcm)
        self._kept_s += len(pcm) / _BYTES_PER_S

    def _send_silence(self, now: float) -> None:
        awaited = self._final_due is not None and now < self._final_due
        if awaited or self._kept_s >= PACK_S - 1e-9:
            self._send()

    def _forget_silence(self) -> None:
        while self._kept_s > PRE_SPEECH_S + DETECTION_S:
            self._kept_s -= len(self._kept.popleft()) / _BYTES_PER_S

    def _send(self) -> None:
        if not self._kept:
            return
        if self._frames.waiting_s > STALLED_S:
            raise ProviderError("timeout", self._stt.vendor, "The recogniser takes no more sound.")
        pcm = self._kept[0] if len(self._kept) == 1 else b"".join(self._kept)
        self._frames.put(AudioFrame(pcm, HEARING_RATE, self._pts))
        self._pts += len(pcm) // 2
        self.fed_s += self._kept_s
        self._kept.clear()
        self._kept_s = 0.0
