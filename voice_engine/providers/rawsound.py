"""Raw PCM out of an HTTP answer, whole samples in handy frames; anything else is told to be no PCM. Pure."""

from collections.abc import Iterator

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.failures import Failures
from voice_engine.providers.pieces import Pieces

_RAW = (
    "audio/pcm",
    "audio/l16",
    "audio/raw",
    "audio/x-raw",
    "application/octet-stream",
    "binary/octet-stream",
)
_CONTAINERS = (b"RIFF", b"ID3", b"OggS", b"fLaC")


class RawSound:
    """One answer's sound at `rate` Hz."""

    def __init__(self, failures: Failures, rate: int) -> None:
        self._failures = failures
        self._pieces = Pieces(rate)
        self.empty = True

    def check(self, content_type: str) -> None:
        """Raise ProviderError("invalid_audio") if the answer says that it is something else."""
        kind = content_type.partition(";")[0].strip().lower()
        if kind and kind not in _RAW:
            raise self._no_pcm(kind)

    def frames(self, pcm: bytes) -> Iterator[AudioFrame]:
        """The frames that are complete now; raises ProviderError("invalid_audio") for a file's beginning."""
        if self.empty and pcm.startswith(_CONTAINERS):
            raise self._no_pcm(f"a file that begins with {pcm[:4]!r}")
        self.empty = self.empty and not pcm
        yield from self._pieces.frames(pcm)

    def _no_pcm(self, what: str) -> ProviderError:
        return self._failures.of("invalid_audio", f"{self._failures.label} sent {what} instead of raw PCM.")
