"""The sound of a recognition as Azure wants it: in turns, each with a name of its own. Pure.

The vendor ends a turn when it likes and hears nothing until the next one begins, so the sound since the last
phrase is kept and said again in the next turn.
"""

import uuid
from collections.abc import Callable, Iterator

from voice_engine.providers.azure import usp

KEPT_S = 10.0
_CONFIG = (
    '{"context":{"system":{"name":"SpeechSDK","version":"1.53.0"},"audio":{"source":{"type":"Stream"}}}}'
)


class Turns:
    """One recognition's; `context` is the body of speech.context."""

    def __init__(self, context: str, stamp: Callable[[], str]) -> None:
        self._context, self._stamp = context, stamp
        self._rate = 16000
        self._lead = b""
        self._recent = bytearray()
        self._sent = 0  # bytes since the beginning
        self._base = 0  # bytes before this turn
        self.request = ""

    def begin(self, rate: int) -> Iterator[str | bytes]:
        """The first turn."""
        self._rate = rate
        yield usp.text("speech.config", _CONFIG, self._stamp())
        yield from self.again()

    def again(self) -> Iterator[str | bytes]:
        """The next turn."""
        self.request, stamp = uuid.uuid4().hex, self._stamp()
        yield usp.text("speech.context", self._context, stamp, self.request)
        yield usp.lead("audio", stamp, self.request, "audio/x-wav") + usp.riff(self._rate)
        self._lead = usp.lead("audio", stamp, self.request)
        self._base = self._sent - len(self._recent)
        if self._recent:
            yield self._lead + self._recent

    def sound(self, pcm: bytes) -> bytes:
        """The next sound; empty: there is no more."""
        self._sent += len(pcm)
        self._recent += pcm
        most = int(self._rate * KEPT_S) * 2
        if len(self._recent) > most + self._rate:
            del self._recent[:-most]
        return self._lead + pcm

    def at_ms(self, ticks: float) -> float:
        """A time in this turn (100 ns) on the recognition's clock."""
        return ticks / 10_000 + self._base / 2 / self._rate * 1000

    def understood(self, until_ms: float) -> None:
        """The sound until then need not be said again."""
        unheard = self._sent - int(until_ms * self._rate / 1000) * 2
        if 0 <= unheard < len(self._recent):
            del self._recent[: len(self._recent) - unheard]
