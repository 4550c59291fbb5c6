"""Agent sound on its way to the wire, cut into slots of 20 ms of the session's timeline. Pure.

Slot n covers [n·20 ms, (n+1)·20 ms) of the session. At any moment the wire may hold at most LEAD_SLOTS of
sound that the caller has not heard yet: an interruption is short, and a late tick is inaudible. A tick that
comes too late skips slots; it never bursts. What lies on the wire is remembered, so that a pause can take it
back and go on where the caller stopped hearing.
"""

from collections import deque
from dataclasses import dataclass

from voice_engine.speak.bed import Backdrop, Bed

SLOT_S = 0.02
LEAD_SLOTS = 4
# The bed alone stays closer to the present: speech that arrives must wait until it is over.
BED_LEAD_SLOTS = 2
_EPSILON = 1e-6  # in slots: 0.58 / 0.02 is 28.999…


@dataclass(slots=True)
class Slot:
    """20 ms of PCM for one place on the timeline. `speech`: the agent is audible in it, not only the bed;
    `voice` is the agent alone.
    """

    index: int
    pcm: bytes
    speech: bool = True
    voice: bytes = b""


class Playout:
    """Sound waiting to be heard, for one session at `rate` Hz, 16-bit mono; `bed` lies under all of it."""

    def __init__(self, rate: int, bed: Bed | None = None) -> None:
        self._slot_bytes = int(rate * SLOT_S) * 2
        self._silence = bytes(self._slot_bytes)
        self._backdrop = Backdrop(bed) if bed else None
        self._chunks: deque[bytes] = deque()
        self._head = 0
        self._waiting_bytes = 0
        self._next_slot = 0
        # (index, the reply's own sound) of the last slots of this reply: what may still be unheard.
        self._sent: deque[tuple[int, bytes]] = deque(maxlen=LEAD_SLOTS)
        self._open = False
        self.held = False
        self.paused = False
        self.sent_slots = 0
        self.underruns = 0

    def lay(self, bed: Bed) -> None:
        """From now on `bed` lies under everything."""
        self._backdrop = Backdrop(bed)

    @property
    def waiting_s(self) -> float:
        """Seconds of sound not yet on the wire."""
        return self._waiting_bytes / self._slot_bytes * SLOT_S

    def begin(self, held: bool = False) -> None:
        """A new reply: counters start at zero. A held one collects sound until `release`."""
        self.clear()
        self._sent.clear()
        self._open = True
        self.sent_slots = 0
        self.paused = False
        self.held = held

    def release(self) -> None:
        """A held reply may be heard."""
        self.held = False

    def push(self, pcm: bytes) -> None:
        """More sound of this reply."""
        if pcm:
            self._chunks.append(pcm)
            self._waiting_bytes += len(pcm)

    def unpush(self, seconds: float) -> float:
        """Take the last `seconds` of what waits back, as far as it is not on the wire; returns how much."""
        wanted = min(self._waiting_bytes, round(seconds / SLOT_S * self._slot_bytes / 2) * 2)
        left = wanted
        while left > 0:
            last = self._chunks.pop()
            fresh = len(last) - (0 if self._chunks else self._head)
            if fresh > left:
                self._chunks.append(last[: len(last) - left])
            elif not self._chunks:
                self._head = 0
            left -= min(fresh, left)
        self._waiting_bytes -= wanted
        return wanted / self._slot_bytes * SLOT_S

    def end(self) -> None:
        """No more sound will come; a last incomplete slot is filled with silence."""
        self._open = False

    def clear(self) -> None:
        """Forget everything that is not on the wire."""
        self._chunks.clear()
        self._head = self._waiting_bytes = 0
        self._open = self.held = False

    def pause(self, now: float) -> int:
        """Stop at session time `now`; what lies on the wire unheard is kept for `resume`.

        Returns the first slot that was not heard: the transport must be flushed and the recorder take back
        everything from there on.
        """
        first, unheard = self._take_back(now)
        if unheard:
            if self._head:
                self._chunks[0] = self._chunks[0][self._head :]
                self._head = 0
            self._chunks.extendleft(reversed(unheard))
            self._waiting_bytes += len(unheard) * self._slot_bytes
        self.paused = True
        return first

    def resume(self) -> None:
        """Go on where the caller stopped hearing."""
        self.paused = False

    def rewind(self, now: float) -> int:
        """The wire has been flushed at session time `now`; returns the first slot that was not heard."""
        return self._take_back(now)[0]

    def heard_s(self, now: float) -> float:
        """Seconds of this reply the caller has heard by session time `now`."""
        unheard = sum(min(SLOT_S, max(0.0, (index + 1) * SLOT_S - now)) for index, _ in self._sent)
        return max(0.0, self.sent_slots * SLOT_S - unheard)

    def done(self, now: float) -> bool:
        """Whether the whole reply has been heard."""
        if self._open or self.held or self._waiting_bytes:
            return False
        return not self._sent or now >= (self._sent[-1][0] + 1) * SLOT_S - _EPSILON * SLOT_S

    def due(self, now: float) -> list[Slot]:
        """The slots to put on the wire at session time `now`."""
        current = int(now / SLOT_S + _EPSILON)
        if self._next_slot < current:
            self._next_slot = current
        slots: list[Slot] = []
        if not self.paused and not self.held:
            self._play(current, slots)
        if self._backdrop:
            while self._next_slot < current + BED_LEAD_SLOTS:
                slots.append(Slot(self._next_slot, self._backdrop.alone(self._next_slot), speech=False))
                self._next_slot += 1
        return slots

    def _play(self, current: int, slots: list[Slot]) -> None:
        while self._next_slot < current + LEAD_SLOTS:
            pcm = self._take()
            if pcm is None:
                break
            index = self._next_slot
            speech = pcm != self._silence
            mixed = self._backdrop.under(pcm, index) if self._backdrop else pcm
            slots.append(Slot(index, mixed, speech, pcm))
            self._sent.append((index, pcm))
            self._next_slot += 1
            self.sent_slots += 1
        if self._open and self._sent and self._sent[-1][0] < current:
            self.underruns += 1

    def _take_back(self, now: float) -> tuple[int, list[bytes]]:
        """The first slot not heard at `now`, and the reply's sound from there on, uncounted."""
        first = int(now / SLOT_S + _EPSILON) + 1
        unheard: list[bytes] = []
        while self._sent and self._sent[-1][0] >= first:
            unheard.append(self._sent.pop()[1])
        self.sent_slots -= len(unheard)
        self._next_slot = min(self._next_slot, first)
        return first, unheard[::-1]

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
