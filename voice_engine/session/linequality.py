"""How well the caller's sound arrives: jitter, what was missing, what was dropped, and the MOS of it. Pure.

Stretches without a caller do not count: before the first sound, on hold, while the connection is lost, and
while a client sends nothing for longer than a bad line would explain.
"""

from dataclasses import dataclass
from math import inf

from voice_engine.audio.mos import mos

WINDOW_S = 5.0
ABSENT_S = 1.5  # sound later than this was not sent: a muted microphone, a connection that is gone
MEASURABLE_S = 1.0  # of counted time; less says nothing


@dataclass(slots=True)
class Measured:
    """A stretch of line. `jitters` is the sum of the jitter at each of `arrivals`; all in seconds."""

    seconds: float = 0.0
    missing: float = 0.0
    dropped: float = 0.0
    jitters: float = 0.0
    arrivals: int = 0

    def add(self, more: "Measured") -> None:
        """The next stretch."""
        self.seconds += more.seconds
        self.missing += more.missing
        self.dropped += more.dropped
        self.jitters += more.jitters
        self.arrivals += more.arrivals

    @property
    def jitter(self) -> float:
        """The mean of RFC 3550's interarrival jitter, seconds."""
        return self.jitters / self.arrivals if self.arrivals else 0.0

    @property
    def mos(self) -> float:
        """Its E-model score.

        Its delay is what the jitter costs: a buffer of twice as much. How long the network itself takes
        cannot be seen from one end. Sound that was replaced by silence and dropped when it came is lost once.
        """
        lost = max(self.missing, self.dropped)
        return mos(2 * self.jitter, min(1.0, lost / self.seconds) if self.seconds else 0.0)


class LineQuality:
    """Fed by the caller's line, about 0.3 µs a frame."""

    __slots__ = ("_call", "_excused", "_jitter", "_last_at", "_silence", "_window", "last_mos", "worst_mos")

    def __init__(self) -> None:
        self._call, self._window = Measured(), Measured()
        self._last_at = -inf
        self._jitter = 0.0  # RFC 3550's J, with send times by sample count
        self._silence = 0.0  # put in since the last arrival: missing, if the caller was there
        self._excused = 0.0  # silence of a time that does not count: its sound may come late, to be dropped
        self.last_mos: float | None = None  # of the last whole window of 5 s
        self.worst_mos: float | None = None  # of all of them

    def arrived(self, seconds: float, now: float) -> None:
        """So much sound has come at session time `now`."""
        gap = now - self._last_at
        self._last_at = now
        late = gap - seconds
        if late > ABSENT_S:
            self._excused, self._silence = self._silence, 0.0
            return
        self._jitter += (abs(late) - self._jitter) / 16
        window = self._window
        window.jitters += self._jitter
        window.arrivals += 1
        window.seconds += gap
        if self._silence:
            window.missing += self._silence
            self._silence = 0.0
        if window.seconds >= WINDOW_S:
            self._next_window()

    def filled(self, seconds: float) -> None:
        """Silence was put where sound should have been."""
        self._silence += seconds

    def dropped(self, seconds: float) -> None:
        """Sound was dropped because it came too early."""
        excused = min(seconds, self._excused)
        self._excused -= excused
        self._window.dropped += seconds - excused

    def away(self) -> None:
        """From here to the next sound there is no caller: on hold, or the connection is lost."""
        self._last_at = -inf

    def summary(self) -> dict[str, float] | None:
        """The whole call, as `line` of the session.ended event; None when hardly any sound came."""
        call = Measured()
        call.add(self._call)
        call.add(self._window)
        if call.seconds < MEASURABLE_S:
            return None
        score = call.mos
        worst = score if self.worst_mos is None else min(score, self.worst_mos)
        return {
            "jitterMs": round(call.jitter * 1000, 1),
            "missingS": round(call.missing, 3),
            "droppedS": round(call.dropped, 3),
            "mos": round(score, 2),
            "worstMos": round(worst, 2),
        }

    def _next_window(self) -> None:
        self._call.add(self._window)
        self.last_mos = score = self._window.mos
        self.worst_mos = score if self.worst_mos is None else min(score, self.worst_mos)
        self._window, self._excused = Measured(), 0.0
