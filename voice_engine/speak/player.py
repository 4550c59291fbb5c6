"""A model's own voice on its way to the playout: resampled, and its words put beside its sound."""

from collections.abc import Callable

from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.resample import Resampler
from voice_engine.speak.heard import Heard


class Player:
    """One reply. `push` gets PCM16 at `rate` Hz and tells `heard` how long it lasts."""

    def __init__(self, heard: Heard, rate: int, push: Callable[[bytes], None]) -> None:
        self._heard, self._rate, self._push = heard, rate, push
        self._resampler: Resampler | None = None

    def sound(self, frame: AudioFrame) -> None:
        """More sound."""
        self._begin()
        self._resampler = self._resampler or Resampler(frame.rate, self._rate)
        self._give(self._resampler.push(frame.pcm))

    def words(self, text: str) -> None:
        """More words, a little before or after their sound."""
        self._begin()
        self._heard.extend(text)

    def over(self) -> None:
        """All of an utterance is there."""
        if self._resampler:
            self._give(self._resampler.flush())
        self._resampler = None
        self._heard.finish()

    def _begin(self) -> None:
        if not self._heard.growing:
            self._heard.add("", 0.0)

    def _give(self, pcm: bytes) -> None:
        if pcm:
            self._push(pcm)
