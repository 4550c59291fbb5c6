"""The caller's sound that no answer has covered yet, so that another socket can hear it. Pure."""

from collections import deque

from voice_engine.audio.frame import AudioFrame

BEFORE_S = 1.0  # of sound before a vendor notices speech
LONGEST_S = 60.0  # of one turn


class Tape:
    """Of silence the newest part is kept, of speech all of it, until the turn has been answered."""

    def __init__(self) -> None:
        self._frames: deque[AudioFrame] = deque()
        self._seconds = 0.0
        self._finished = 0  # frames of a turn that is over and waits for its answer
        self._speaking = False

    @property
    def finished(self) -> bool:
        """Whether it holds a turn that is over and has not been answered."""
        return self._finished > 0

    @property
    def speaking(self) -> bool:
        """Whether the caller is in the middle of a turn."""
        return self._speaking

    def add(self, frame: AudioFrame, *, heard: bool = True) -> None:
        """The next sound; not `heard`: no vendor listens just now, who could say whether it is speech."""
        self._frames.append(frame)
        self._seconds += frame.seconds
        keep = LONGEST_S if self._speaking or self._finished or not heard else BEFORE_S
        while self._seconds > keep and len(self._frames) > 1:
            self._drop()

    def speech(self, speaking: bool) -> None:
        """A turn begins or is over."""
        self._speaking = speaking
        if not speaking:
            self._finished = len(self._frames)

    def answered(self) -> None:
        """The turn that was over has been answered."""
        while self._finished:
            self._drop()

    def frames(self) -> list[AudioFrame]:
        """Everything on it."""
        return list(self._frames)

    def _drop(self) -> None:
        self._seconds -= self._frames.popleft().seconds
        self._finished = max(0, self._finished - 1)
