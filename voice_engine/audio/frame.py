"""The unit of sound inside the house."""

from dataclasses import dataclass

FRAME_S = 0.02
HEARING_RATE = 16000  # Hz of what detectors and recognisers are given


@dataclass(slots=True)
class AudioFrame:
    """Signed 16-bit little-endian PCM. `pts` counts samples since the stream began, at this frame's rate."""

    pcm: bytes
    rate: int
    pts: int = 0
    channels: int = 1

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.pcm) / (2 * self.channels * self.rate)
