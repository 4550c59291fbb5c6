"""Both voices on one clock: a stereo WAV, caller left, agent right, durable as it grows.

The caller's samples are placed by count, the agent's by slot. Blocks are written SETTLE_SLOTS behind the
present, so that a flushed reply can still be taken back: the file holds what was heard.
"""

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np

from voice_engine.speak.pacing import SLOT_S, Slot

SETTLE_SLOTS = 15
BLOCK_SLOTS = 5  # written together: 100 ms
HEADER_BYTES = 44

OnBlock = Callable[[bytes], None]


class Recorder:
    """Writes `file` at `rate` Hz; subscribers get each interleaved stereo block as it is written."""

    def __init__(self, file: Path | None, rate: int) -> None:
        self._rate = rate
        self._slot_samples = int(rate * SLOT_S)
        self._caller = bytearray()
        self._agent: dict[int, bytes] = {}
        self._written_slots = 0
        self._listeners: list[OnBlock] = []
        self._file = file.open("wb", buffering=0) if file else None
        if self._file:
            self._file.write(wav_header(rate, 2, 0))

    @property
    def seconds(self) -> float:
        """What has been written."""
        return self._written_slots * SLOT_S

    def subscribe(self, on_block: OnBlock) -> Callable[[], None]:
        """Hear both sides live; returns how to stop."""
        self._listeners.append(on_block)
        return lambda: self._listeners.remove(on_block)

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
            self._file.write(wav_header(self._rate, 2, self._written_slots * self._slot_samples))
            self._file.close()
            self._file = None

    def _write_until(self, slot: int) -> None:
        count = slot - self._written_slots
        if count <= 0:
            return
        block = self._block(count)
        self._written_slots = slot
        if self._file:
            self._file.write(block)
        for listener in list(self._listeners):
            listener(block)

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


def wav_header(rate: int, channels: int, frames: int) -> bytes:
    """A 44-byte RIFF header for 16-bit PCM."""
    data = frames * channels * 2
    block = channels * 2
    return b"".join(
        (
            b"RIFF", (36 + data).to_bytes(4, "little"), b"WAVEfmt ", (16).to_bytes(4, "little"),
            (1).to_bytes(2, "little"), channels.to_bytes(2, "little"), rate.to_bytes(4, "little"),
            (rate * block).to_bytes(4, "little"), block.to_bytes(2, "little"), (16).to_bytes(2, "little"),
            b"data", data.to_bytes(4, "little"),
        )
    )  # fmt: skip


def repair(file: Path) -> float:
    """Give a WAV that was cut off its true length; returns its seconds (0 for an unusable file)."""
    size = file.stat().st_size
    if size <= HEADER_BYTES:
        return 0.0
    with file.open("r+b") as wav:
        wav.seek(24)
        rate = int.from_bytes(wav.read(4), "little")
        frames = (size - HEADER_BYTES) // 4
        wav.truncate(HEADER_BYTES + frames * 4)
        wav.seek(0)
        wav.write(wav_header(rate, 2, frames))
    with wave.open(str(file)) as checked:
        return checked.getnframes() / checked.getframerate()
