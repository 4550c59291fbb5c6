"""A caller's WAV as 20 ms of PCM16 at a time, and the agent's sound laid out as it was heard."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from voice_engine.audio import wav
from voice_engine.audio.frame import FRAME_S
from voice_engine.audio.resample import resample
from voice_engine.kernel.errors import BadRequest

RATE = 16000  # Hz, both directions
FRAME_BYTES = 2 * int(RATE * FRAME_S)
SILENCE = bytes(FRAME_BYTES)


def frames(path: Path) -> Iterator[bytes]:
    """A WAV of any rate and number of channels as frames at RATE, the last one filled with silence.

    Raises BadRequest `wav_unreadable` for a file that is missing, no WAV, or empty.
    """
    try:
        recording = wav.read(path)
    except OSError as error:
        reason = error.strerror or error
        raise BadRequest("wav_unreadable", f"{path} cannot be read: {reason}.") from None
    if not recording.pcm:
        raise BadRequest("wav_unreadable", f"{path} holds no sound; record something first.")
    pcm = resample(mono(recording), recording.rate, RATE)
    return (pcm[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0") for at in range(0, len(pcm), FRAME_BYTES))


def mono(recording: wav.Wav) -> bytes:
    """All channels, mixed."""
    if recording.channels == 1:
        return recording.pcm
    samples = np.frombuffer(recording.pcm, "<i2").reshape(-1, recording.channels)
    return np.rint(samples.mean(axis=1)).astype("<i2").tobytes()


class Heard:
    """The agent's PCM16 on the timeline of the call: silence where nobody spoke, nothing that was cleared."""

    def __init__(self) -> None:
        self.pcm = bytearray()

    @property
    def until(self) -> float:
        """Seconds since the call began at which everything received will have been heard."""
        return len(self.pcm) / 2 / RATE

    def receive(self, pcm: bytes, at: float) -> None:
        """Sound that arrives `at` seconds into the call and is heard after what came before."""
        missing = _bytes(at) - len(self.pcm)
        self.pcm += bytes(max(0, missing)) + pcm

    def clear(self, at: float) -> None:
        """What has not been heard by `at` never will be."""
        del self.pcm[_bytes(at) :]


def _bytes(seconds: float) -> int:
    return 2 * max(0, round(seconds * RATE))
