"""The caller's sound on the session's clock: placed by sample count, gaps filled, floods cut. Pure but for
what it feeds."""

from collections.abc import Callable

from voice_engine.session.recorder import Recorder

GAP_S = 0.2  # the caller's stream may be this late before silence is put in its place
BURST_S = 1.0  # and this early before it is cut


class CallerLine:
    """Feeds the recorder and the listener the same samples at the same place."""

    def __init__(self, rate: int, recorder: Recorder, push: Callable[[bytes, float], None]) -> None:
        self._rate, self._recorder, self._push = rate, recorder, push
        self._seconds = 0.0
        self.muted = False

    def hear(self, pcm: bytes, now: float) -> None:
        """The next PCM16 sound, arriving at session time `now`. Too much of it at once is dropped."""
        seconds = len(pcm) / 2 / self._rate
        if self._seconds + seconds > now + BURST_S:
            return
        self._fill(now - seconds)
        self._take(bytes(len(pcm)) if self.muted else pcm)

    def tick(self, now: float) -> None:
        """A caller whose sound does not arrive is silent: for the recording, the VAD and the recogniser."""
        self._fill(now - 2 * GAP_S)

    def _fill(self, until: float) -> None:
        missing = until - self._seconds
        if missing > GAP_S:
            self._take(bytes(int(missing * self._rate) * 2))

    def _take(self, pcm: bytes) -> None:
        begin = self._seconds
        self._seconds += len(pcm) / 2 / self._rate
        self._recorder.caller(pcm)
        self._push(pcm, begin)
