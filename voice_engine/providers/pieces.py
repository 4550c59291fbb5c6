"""A voice's sound as frames. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from voice_engine.audio.frame import AudioFrame

LONGEST_FRAME_S = 0.5


@dataclass(slots=True)
class Pieces:
    """Samples as they come, whole ones and in pieces of a handy size."""

    rate: int
    samples: int = 0
    half: bytes = field(default=b"")

    def frames(self, pcm: bytes) -> Iterator[AudioFrame]:
        data = self.half + pcm if self.half else pcm
        whole = len(data) // 2 * 2
        self.half = data[whole:]
        size = int(self.rate * LONGEST_FRAME_S) * 2
        for at in range(0, whole, size):
            piece = data[at : min(at + size, whole)]
            yield AudioFrame(piece, self.rate, self.samples)
            self.samples += len(piece) // 2
