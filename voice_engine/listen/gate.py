"""When does speech begin and end? What the detector believes and how loud it is go in, edges come out. Pure.

A neural detector knows what is speech but is up to 90 ms late at both ends; loudness knows the moment but not
the cause. Voice is what both agree on, and an edge lies where the loudness has it.

What counts as loud follows the room's noise and this caller's voice: a street must not keep the turn open,
nor a television behind the caller, and a soft voice in a quiet room must be heard.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from voice_engine.audio.noise import NoiseFloor, loud_above

WINDOW_S = 0.01
WINDOW = 160  # samples at 16 kHz
FORGETTING = 0.99885  # per window, 0.5 dB per second: the caller may move away from the microphone
LEARNING = 0.02  # of the voice's power per voiced window
NOISE_SPAN = 300  # windows: a fan is learnt in 3 s
SPEECH_WEIGHT = 0.25  # a sound the detector takes for speech becomes noise after 12 s without a gap
BRIDGE_S = 0.06  # closures inside a syllable
LOOK_BACK_S = 0.16  # how long the detector may take to notice: an unvoiced beginning
SURE_S = 0.05  # of agreement with the detector before speech begins: a click has less
_EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to speak at `at` (seconds of the session), some windows before we were sure."""

    at: float


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """The last voiced sample was at `at`: a breath perhaps, perhaps the end. Once per pause."""

    at: float


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """The last voiced sample was at `at`; known only after `stop_s` of silence."""

    at: float


Edge = SpeechStarted | SpeechPaused | SpeechStopped


class SpeechGate:
    """Hysteresis: start after `start_s` of voice, pause and stop after so much silence."""

    def __init__(
        self,
        start_s: float = 0.16,
        pause_s: float = 0.16,
        stop_s: float = 0.24,
        on: float = 0.5,
        off: float = 0.2,
    ) -> None:
        self._start_s, self._pause_s, self._stop_s = start_s, pause_s, stop_s
        self._on, self._off = on, off
        self.speaking = False
        self._noise = NoiseFloor(NOISE_SPAN)
        self._voice = 0.0  # mean power of this caller's voice
        self._stretch = self._last_loud = -1.0  # a stretch of loud windows with short gaps
        self._loud_s = 0.0  # of it
        self._began: float | None = None  # of what may be speech
        self._voiced_s = 0.0  # of it
        self.voiced_until = 0.0
        self._paused = False

    def hear(self, probability: float, powers: Sequence[float], end: float) -> Edge | None:
        """What the detector believes now, and the mean squares of the 10 ms windows since the last call,
        of which the last one ended at `end` (seconds of the session). At most one edge per call.
        """
        edge = None
        at = end - len(powers) * WINDOW_S
        for loudness in powers:
            at += WINDOW_S
            edge = self._window(probability, loudness, at) or edge
        return edge

    def _window(self, probability: float, loudness: float, end: float) -> Edge | None:
        self._noise.hear(loudness, SPEECH_WEIGHT if probability >= self._on else 1.0)
        self._voice *= FORGETTING
        if loudness > loud_above(self._noise.power, self._voice):
            self._stretch_out(end)
            if probability >= (self._off if self.speaking else self._on):
                self._voice += LEARNING * (loudness - self._voice)
                return self._voiced(end)
        return self._silence(end)

    def _stretch_out(self, end: float) -> None:
        if end - self._last_loud > BRIDGE_S + WINDOW_S:
            self._stretch, self._loud_s = end - WINDOW_S, 0.0
        self._loud_s += WINDOW_S
        self._last_loud = end

    def _voiced(self, end: float) -> Edge | None:
        self.voiced_until, self._paused = end, False
        if self.speaking:
            return None
        if self._began is None:
            self._began = max(self._stretch, end - LOOK_BACK_S - WINDOW_S)
        self._voiced_s += WINDOW_S
        sounded = max(self._voiced_s, min(self._loud_s, end - self._began))
        if sounded < self._start_s - _EPSILON or self._voiced_s < SURE_S - _EPSILON:
            return None
        self.speaking = True
        return SpeechStarted(self._began)

    def _silence(self, end: float) -> Edge | None:
        silent_s = end - self.voiced_until + _EPSILON
        if not self.speaking:
            if silent_s > self._start_s:
                self._began, self._voiced_s = None, 0.0
            return None
        if silent_s >= self._stop_s and not self._hopeful(end):
            self.speaking, self._began, self._voiced_s = False, None, 0.0
            return SpeechStopped(self.voiced_until)
        if silent_s >= self._pause_s and not self._paused:
            self._paused = True
            return SpeechPaused(self.voiced_until)
        return None

    def _hopeful(self, end: float) -> bool:
        """Whether a new sound has just begun of which the detector may yet think that it is speech."""
        return end - self._last_loud < BRIDGE_S and end - self._stretch < LOOK_BACK_S
