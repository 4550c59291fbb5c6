"""May this process take another call? By how late its 20 ms wheel turns, not by processor load. Pure.

A wheel that is late by more than a frame now and then is normal; one that is late often has no room for a
further call, however many slots are free.
"""

LATE_S = 0.02
MEMORY = 0.99  # per tick of 20 ms: what happened two seconds ago counts a third
CLOSE_AT = 0.10  # share of late ticks
OPEN_AT = 0.02


class Admission:
    """Fed by every tick of the wheel."""

    def __init__(self) -> None:
        self._late = 0.0
        self.overloaded = False

    def observe(self, late_s: float) -> None:
        """The wheel turned `late_s` after its time; every tick missed meanwhile counts."""
        missed = int(late_s / LATE_S)
        for _ in range(max(1, min(missed, 100))):
            self._late = self._late * MEMORY + (1 - MEMORY) * (missed > 0)
        self.overloaded = self._late > (OPEN_AT if self.overloaded else CLOSE_AT)
