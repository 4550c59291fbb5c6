"""The sound of the utterance a recogniser is at, kept so that another one can hear it too. Pure.

What a final has answered is forgotten; what it cannot have heard yet is kept. Also knows what is owed: how
long speech has gone without a word.
"""

from collections import deque

from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.level import rms
from voice_engine.providers.base import Flush

LONGEST_S = 10.0
TAIL_S = 0.4  # of sound that a final cannot be about which came before its Flush
LOUD = 400.0  # rms of PCM16 (−38 dBFS): probably speech; only used to suspect, never to decide
_LOOK_S = 0.08  # of sound per look at the level


class Tape:
    """`loud_s` is sound like speech since the last word from the recogniser, `flushed_s` before the last
    Flush: since the Flush or the final before it."""

    __slots__ = ("_items", "_loud_here_s", "_seconds", "_unlooked_s", "cut", "flushed_s", "flushes", "loud_s")

    def __init__(self) -> None:
        self._items: deque[AudioFrame | Flush] = deque()
        self._seconds = 0.0
        self._unlooked_s = 0.0
        self.flushes = 0  # not answered yet
        self.loud_s = self.flushed_s = self._loud_here_s = 0.0
        self.cut = False  # whether the beginning of the utterance is gone

    def add(self, item: AudioFrame | Flush) -> None:
        """What the recogniser is given."""
        self._items.append(item)
        if isinstance(item, Flush):
            self.flushes += 1
            self.flushed_s, self._loud_here_s = self._loud_here_s, 0.0
            return
        seconds = item.seconds
        self._seconds += seconds
        self._unlooked_s += seconds
        if self._unlooked_s >= _LOOK_S:
            if rms(item.pcm) > LOUD:
                self.loud_s += self._unlooked_s
                self._loud_here_s += self._unlooked_s
            self._unlooked_s = 0.0
        while self._seconds > LONGEST_S:
            self._drop_first()
            self.cut = True

    def words(self) -> None:
        """The recogniser has understood something."""
        self.loud_s = 0.0

    def final(self, *, empty: bool) -> None:
        """The recogniser has closed an utterance."""
        if self.flushes and not empty:
            while not isinstance(self._items[0], Flush):
                self._drop_first()
        elif not empty:
            self._loud_here_s = 0.0
            while self._seconds > TAIL_S:
                self._drop_first()
        self._forget_flush()
        self.cut = self.cut and empty

    def unanswered(self) -> None:
        """Nobody owes an answer to what has been flushed."""
        while self.flushes:
            self._forget_flush()

    def replay(self) -> list[AudioFrame | Flush]:
        """Everything that has not been answered, in order."""
        return list(self._items)

    @property
    def seconds(self) -> float:
        """How much sound is kept."""
        return self._seconds

    def _forget_flush(self) -> None:
        if self.flushes:
            self._items.remove(Flush())
            self.flushes -= 1

    def _drop_first(self) -> None:
        item = self._items.popleft()
        if isinstance(item, AudioFrame):
            self._seconds -= item.seconds
        else:
            self.flushes -= 1
