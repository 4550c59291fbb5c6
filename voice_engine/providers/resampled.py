"""A recogniser that takes no 16 kHz, as telephone models do, behind the face of one that does.

Whoever listens (a call, a pool that replays an utterance to the next recogniser, the test of a key) brings
sound at HEARING_RATE.
"""

from collections.abc import AsyncIterator

from voice_engine.audio.frame import HEARING_RATE, AudioFrame
from voice_engine.audio.resample import AtRate
from voice_engine.providers.base import Capabilities, Flush, Stt, Transcript, Usage
from voice_engine.providers.warming import warmed


def at_hearing_rate(stt: Stt) -> Stt:
    """`stt` itself if it takes HEARING_RATE, else one that gives it sound at the rate it prefers."""
    rates = stt.capabilities.sample_rates
    return _Resampled(stt, rates[0]) if rates and HEARING_RATE not in rates else stt


class _Resampled:
    def __init__(self, inner: Stt, rate: int) -> None:
        self.vendor, self._inner, self._rate = inner.vendor, inner, rate

    @property
    def capabilities(self) -> Capabilities:
        """The recogniser's own."""
        return self._inner.capabilities

    def transcribe(self, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of mono PCM at any rate."""
        return self._inner.transcribe(_Sound(frames, self._rate))

    async def warm(self) -> None:
        """See Warms."""
        await warmed(self._inner)


class _Sound:
    """Not a generator: the recogniser may stop asking at any time, and nothing is to be closed then."""

    def __init__(self, frames: AsyncIterator[AudioFrame | Flush], rate: int) -> None:
        self._frames, self._at = frames, AtRate(rate)
        self._pts = 0

    def __aiter__(self) -> "_Sound":
        return self

    async def __anext__(self) -> AudioFrame | Flush:
        item = await anext(self._frames)
        if isinstance(item, Flush):
            return item
        frame = AudioFrame(self._at.of(item), self._at.rate, self._pts, item.channels)
        self._pts += len(frame.pcm) // 2
        return frame
