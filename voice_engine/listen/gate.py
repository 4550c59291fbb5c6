"""When does speech begin and end? Probabilities per frame go in, edges come out. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to speak at `at` (seconds of the session), some frames before we were sure."""

    at: float


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """The last voiced sample was at `at`; known only after `stop_s` of silence."""

    at: float


class SpeechGate:
    """Hysteresis over probabilities: start after `start_s` of speech, stop after `stop_s` of silence."""

    def __init__(self, start_s: float = 0.16, stop_s: float = 0.24, threshold: float = 0.5) -> None:
        self._start_s, self._stop_s = start_s, stop_s
        self._on, self._off = threshold, threshold - 0.15
        self.speaking = False
        self._began = 0.0
        self._last_voice = 0.0
        self._voiced = 0.0

    def feed(self, probability: float, begin: float, end: float) -> SpeechStarted | SpeechStopped | None:
        """One frame that covers [begin, end) seconds of the session."""
        voiced = probability >= (self._off if self.speaking else self._on)
        if voiced:
            if not self._voiced:
                self._began = begin
            self._voiced += end - begin
            self._last_voice = end
        if not self.speaking:
            return self._maybe_start(voiced, end)
        if end - self._last_voice >= self._stop_s - 1e-9:
            self.speaking, self._voiced = False, 0.0
            return SpeechStopped(self._last_voice)
        return None

    def _maybe_start(self, voiced: bool, end: float) -> SpeechStarted | None:
        if voiced and self._voiced >= self._start_s - 1e-9:
            self.speaking = True
            return SpeechStarted(self._began)
        if not voiced and end - self._last_voice > self._start_s:
            self._voiced = 0.0
        return None
