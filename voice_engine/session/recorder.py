"""Both voices on one clock: a stereo WAV, caller left, agent right, durable as it grows.

The caller's samples are placed by count, the agent's by slot. Blocks are written SETTLE_SLOTS behind the
present, so that a flushed reply can still be taken back: the file holds what was heard.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from voice_engine.audio.wav import HEADER_BYTES, header
from voice_engine.speak.pacing import SLOT_S, Slot

SETTLE_SLOTS = 15
BLOCK_SLOTS = 5  # written together: 100 ms
CHANNELS = 2
SAMPLE_BYTES = 2 * CHANNELS  # of both sides together

OnBlock = Callable[[bytes], None]


class Recorder:
    """Writes `file` at `rate` Hz; subscribers get each interleaved stereo block as it is written."""

    def __init__(self, file: Path | None, rate: int) -> None:
        self._rate = rate
        self._slot_samples = int(rate * SLOT_S)
        self._caller = bytearray()
        self._agent: dict[int, bytes] = {}
        self._written_slots = 0
        self._from_slot: int | None = 0  # nothing that sounded before it is in the file; None = nothing yet
        self._listeners: list[OnBlock] = []
        self._file = file.open("wb", buffering=0) if file else None
        if self._file:
            self._file.write(header(0, rate, CHANNELS))

    @property
    def seconds(self) -> float:
        """What has been written."""
        return self._written_slots * SLOT_S

    def subscribe(self, on_block: OnBlock) -> Callable[[], None]:
        """Hear both sides live; returns how to stop."""
        self._listeners.append(on_block)
        return lambda: self._listeners.remove(on_block)

    def off_record(self) -> None:
        """Write silence until `on_record`; whoever listens in hears all the same."""
        self._from_slot = None

    def on_record(self, now: float) -> None:
        """From session time `now` on the file holds what sounds."""
        self._from_slot = int(now / SLOT_S) + 1

    def caller(self, pcm: bytes) -> None:
        """The caller's next samples."""
        self._caller += pcm

    def agent(self, slot: Slot) -> None:
        """Agent sound for one slot."""
        self._agent[slot.index] = slot.pcm

    def take_back(self, first_slot: int) -> None:
        """Agent sound from `first_slot` on was flushed before it was heard."""
        for index in [i for i in self._agent if i >= first_slot]:
            del self._agent[index]

    def write(self, now: float) -> None:
        """Write what is settled at session time `now`, a block at a time."""
        settled = int(now / SLOT_S) - SETTLE_SLOTS
        if settled - self._written_slots >= BLOCK_SLOTS:
            self._write_until(settled)

    def close(self, now: float) -> None:
        """Write what is left and make the file a finished WAV."""
        self._write_until(int(now / SLOT_S) + 1)
        if self._file:
            self._file.seek(0)
            size = self._written_slots * self._slot_samples * SAMPLE_BYTES
            self._file.write(header(size, self._rate, CHANNELS))
            self._file.close()
            self._file = None

    def _write_until(self, slot: int) -> None:
        count = slot - self._written_slots
        if count <= 0:
            return
        block = self._block(count)
        if self._file:
            self._file.write(self._recorded(block, self._written_slots))
        self._written_slots = slot
        for listener in list(self._listeners):
            listener(block)

    def _recorded(self, block: bytes, first_slot: int) -> bytes:
        """The block with silence in the place of what is off the record."""
        if self._from_slot is not None and self._from_slot <= first_slot:
            return block
        slots = len(block) if self._from_slot is None else self._from_slot - first_slot
        silent = min(len(block), slots * self._slot_samples * SAMPLE_BYTES)
        return bytes(silent) + block[silent:]

    def _block(self, count: int) -> bytes:
        size = count * self._slot_samples
        stereo = np.zeros((size, 2), dtype="<i2")
        caller = np.frombuffer(bytes(self._caller[: size * 2]), dtype="<i2")
        stereo[: len(caller), 0] = caller
        del self._caller[: size * 2]
        for offset in range(count):
            pcm = self._agent.pop(self._written_slots + offset, None)
            if pcm is not None:
                begin = offset * self._slot_samples
                stereo[begin : begin + self._slot_samples, 1] = np.frombuffer(pcm, dtype="<i2")
        return stereo.tobytes()


def repair(file: Path) -> float:
    """Give a recording that was cut off its true length; returns its seconds (0 for an unusable file)."""
    size = file.stat().st_size - HEADER_BYTES
    if size <= 0:
        return 0.0
    size -= size % SAMPLE_BYTES
    with file.open("r+b") as wav:
        wav.seek(24)
        rate = int.from_bytes(wav.read(4), "little")
        wav.truncate(HEADER_BYTES + size)
        wav.seek(0)
        wav.write(header(size, rate, CHANNELS))
    return size / SAMPLE_BYTES / rate
