"""Agent sound on its way to the wire, cut into slots of 20 ms of the session's timeline. Pure.

Slot n covers [n·20 ms, (n+1)·20 ms) of the session. At any moment the wire may hold at most LEAD_SLOTS of
sound that the caller has not heard yet: an interruption is short, and a late tick is inaudible. A tick that
comes too late skips slots; it never bursts.
"""

from collections import deque
from dataclasses import dataclass

SLOT_S = 0.02
LEAD_SLOTS = 4


@dataclass(frozen=True, slots=True)
class Slot:
    """20 ms of PCM for one place on the timeline."""

    index: int
    pcm: bytes


class Playout:
    """Sound waiting to be heard, for one session at `rate` Hz, 16-bit mono."""

    def __init__(self, rate: int) -> None:
        self._slot_bytes = int(rate * SLOT_S) * 2
        self._chunks: deque[bytes] = deque()
        self._head = 0
        self._waiting_bytes = 0
        self._next_slot = 0
        self._open = False
        self.paused = False
        self.sent_slots = 0
        self.underruns = 0

    @property
    def waiting_s(self) -> float:
        """Seconds of sound not yet on the wire."""
        return self._waiting_bytes / self._slot_bytes * SLOT_S

    def begin(self) -> None:
        """A new reply: counters start at zero."""
        self.clear()
        self._open = True
        self.sent_slots = 0
        self.paused = False

    def push(self, pcm: bytes) -> None:
        """More sound of this reply."""
        if pcm:
            self._chunks.append(pcm)
            self._waiting_bytes += len(pcm)

    def end(self) -> None:
        """No more sound will come; a last incomplete slot is filled with silence."""
        self._open = False

    def clear(self) -> None:
        """Forget everything that is not on the wire."""
        self._chunks.clear()
        self._head = self._waiting_bytes = 0
        self._open = False

    def rewind(self, now: float) -> int:
        """The wire has been flushed at session time `now`; returns the first slot that was not heard."""
        first_unheard = int(now / SLOT_S) + 1
        unheard = max(0, self._next_slot - first_unheard)
        self.sent_slots = max(0, self.sent_slots - unheard)
        self._next_slot = min(self._next_slot, first_unheard)
        return first_unheard

    def heard_s(self, now: float) -> float:
        """Seconds of this reply the caller has heard by session time `now`."""
        ahead = max(0.0, self._next_slot * SLOT_S - now)
        return max(0.0, self.sent_slots * SLOT_S - ahead)

    def done(self, now: float) -> bool:
        """Whether the whole reply has been heard."""
        return not self._open and not self._waiting_bytes and now >= self._next_slot * SLOT_S

    def due(self, now: float) -> list[Slot]:
        """The slots to put on the wire at session time `now`."""
        current = int(now / SLOT_S)
        self._next_slot = max(self._next_slot, current)
        slots: list[Slot] = []
        while not self.paused and self._next_slot < current + LEAD_SLOTS:
            pcm = self._take()
            if pcm is None:
                break
            slots.append(Slot(self._next_slot, pcm))
            self._next_slot += 1
            self.sent_slots += 1
        starving = self._open and self.sent_slots and not self.paused and self._next_slot == current
        if starving and not slots:
            self.underruns += 1
        return slots

    def _take(self) -> bytes | None:
        need = self._slot_bytes
        if self._waiting_bytes < need and (self._open or not self._waiting_bytes):
            return None
        first = self._chunks[0]
        if len(first) - self._head >= need:
            pcm = first[self._head : self._head + need]
            self._advance(need)
            return pcm
        return self._gather(need)

    def _gather(self, need: int) -> bytes:
        parts = bytearray()
        while len(parts) < need and self._chunks:
            piece = self._chunks[0][self._head : self._head + need - len(parts)]
            parts += piece
            self._advance(len(piece))
        return bytes(parts.ljust(need, b"\0"))

    def _advance(self, count: int) -> None:
        self._head += count
        self._waiting_bytes -= count
        if self._head >= len(self._chunks[0]):
            self._chunks.popleft()
            self._head = 0
