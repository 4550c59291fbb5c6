"""The caller's sound on the session's clock."""

import pytest

from voice_engine.session.callerline import CallerLine
from voice_engine.session.recorder import Recorder

RATE = 8000
FRAME = b"\1\1" * 160


class Line:
    """A caller line whose feeds are kept and whose caller speaks when told."""

    def __init__(self) -> None:
        self.fed = bytearray()
        self.speaking = False
        self.line = CallerLine(RATE, Recorder(None, RATE), self._push, lambda: self.speaking)

    def _push(self, pcm: bytes, begin: float) -> None:
        assert begin == pytest.approx(len(self.fed) / 2 / RATE, abs=1e-6)
        self.fed += pcm

    @property
    def seconds(self) -> float:
        return len(self.fed) / 2 / RATE

    def flow(self, begin: float, end: float) -> None:
        """Frames in real time."""
        for step in range(round(begin / 0.02), round(end / 0.02)):
            self.line.hear(FRAME, (step + 1) * 0.02)
            self.line.tick((step + 1) * 0.02)


def test_a_caller_who_comes_late_is_placed_where_he_came():
    line = Line()

    line.line.hear(FRAME, 0.52)

    assert line.fed.find(1) == pytest.approx(0.5 * RATE * 2, abs=2)


def test_a_stall_in_mid_word_is_waited_for_and_nothing_put_between():
    line = Line()
    line.flow(0, 1)
    line.speaking = True
    for now in (1.2, 1.5, 1.9):
        line.line.tick(now)
    for _ in range(45):
        line.line.hear(FRAME, 1.9)

    assert set(line.fed) == {1}
    assert line.seconds == pytest.approx(1.9, abs=0.01)


def test_a_stall_in_silence_is_filled():
    line = Line()
    line.flow(0, 1)
    line.line.tick(1.5)

    assert line.seconds == pytest.approx(1.3, abs=0.01)


def test_a_caller_who_stops_sending_in_mid_word_is_silent_after_a_second():
    line = Line()
    line.flow(0, 1)
    line.speaking = True
    line.line.tick(2.1)

    assert line.seconds == pytest.approx(1.9, abs=0.01)


def test_sound_that_is_early_is_dropped_in_silence_and_kept_in_speech():
    line = Line()
    for _ in range(100):
        line.line.hear(FRAME, 0.02)
    kept_in_silence = line.seconds
    line.speaking = True
    for _ in range(100):
        line.line.hear(FRAME, 0.02)

    assert kept_in_silence == pytest.approx(0.08, abs=0.02)
    assert line.seconds == pytest.approx(1.02, abs=0.03)


def test_a_muted_caller_is_silent():
    line = Line()
    line.line.muted = True
    line.flow(0, 0.1)

    assert set(line.fed) == {0}
