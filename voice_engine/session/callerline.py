"""The caller's sound on the session's clock: placed by sample count, realigned only in silence.

Over TCP sound is late but never lost, so a stall in mid-word is waited for; silence put in its place would
cut the word in two for the recogniser. In silence the line is brought back to the clock: a gap is filled,
sound that came too early is dropped.
"""

from collections.abc import Callable

from voice_engine.session.linequality import LineQuality
from voice_engine.session.recorder import Recorder

SLACK_S = 0.2  # how far the line may be behind the clock without being brought back
EARLY_S = 0.06  # and how far ahead of it
STALL_S = 1.0  # how long a stall in mid-speech is waited for
FLOOD_S = 30.0  # of sound that came too early and was dropped
BURST_S = 1.0  # how far ahead of the clock sound is taken in mid-speech; more is a flood


class CallerLine:
    """Feeds the recorder and the listener the same samples at the same place."""

    def __init__(
        self,
        rate: int,
        recorder: Recorder,
        push: Callable[[bytes, float], None],
        speaking: Callable[[], bool],
    ) -> None:
        self._rate, self._recorder, self._push, self._speaking = rate, recorder, push, speaking
        self._seconds = 0.0
        self.heard_at: float | None = None  # when sound came last, silence included
        self._dropped_s, self._dropped_at = 0.0, 0.0
        self.muted = False
        self.quality = LineQuality()

    def hear(self, pcm: bytes, now: float) -> None:
        """The next PCM16 sound, arriving at session time `now`."""
        seconds = len(pcm) / 2 / self._rate
        if self.heard_at is None:
            self._fill(now - seconds)
        self.heard_at = now
        self.quality.arrived(seconds, now)
        early = self._seconds + seconds - now
        if early > (BURST_S if self._speaking() else EARLY_S):
            self._drop(seconds, now)
            return
        self._take(bytes(len(pcm)) if self.muted else pcm)

    @property
    def flooded(self) -> bool:
        """Whether sound has come so much too fast that no caller can be behind it."""
        return self._dropped_s > FLOOD_S

    def _drop(self, seconds: float, now: float) -> None:
        # Leaks away at half of real time: a client whose clock runs a little fast is forgiven for ever.
        self._dropped_s = max(0.0, self._dropped_s - (now - self._dropped_at) / 2) + seconds
        self._dropped_at = now
        self.quality.dropped(seconds)

    def tick(self, now: float) -> None:
        """A caller whose sound does not arrive is silent: for the recording, the VAD and the recogniser."""
        if now - self._seconds > (STALL_S if self._speaking() else 2 * SLACK_S):
            self._fill(now - SLACK_S)

    def _fill(self, until: float) -> None:
        missing = int((until - self._seconds) * self._rate)
        if missing > 0:
            self.quality.filled(missing / self._rate)
            self._take(bytes(missing * 2))

    def _take(self, pcm: bytes) -> None:
        begin = self._seconds
        self._seconds += len(pcm) / 2 / self._rate
        self._recorder.caller(pcm)
        self._push(pcm, begin)
