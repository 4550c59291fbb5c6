"""The mono recording: made from the stereo one when it is first asked for, then kept beside it."""

import os
import wave
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from voice_engine.blobs import LocalBlobs

_STEREO, _MONO = "stereo.wav", "mono.wav"
_CHUNK = 1 << 16  # frames read at once


def mono_key(stereo_key: str) -> str:
    """`<org>/<call>/stereo.wav` → `<org>/<call>/mono.wav`."""
    return stereo_key.removesuffix(_STEREO) + _MONO


def ensure_mono(blobs: LocalBlobs, key: str) -> None:
    """Make the mono recording `key` if only its stereo one is there. Two at once do no harm."""
    target = blobs.path(key)
    if target.name != _MONO or target.exists():
        return
    source = target.with_name(_STEREO)
    if not source.exists():
        return
    # Beside the source, so that moving it into place is a rename.
    with TemporaryDirectory(dir=source.parent, prefix=".mono-") as folder:
        draft = Path(folder) / _MONO
        mix_down(source, draft)
        os.replace(draft, target)


def mix_down(source: Path, target: Path) -> None:
    """Both channels at full strength, limited: caller and assistant rarely speak at once."""
    with wave.open(str(source), "rb") as stereo, wave.open(str(target), "wb") as mono:
        channels = stereo.getnchannels()
        mono.setnchannels(1)
        mono.setsampwidth(2)
        mono.setframerate(stereo.getframerate())
        while chunk := stereo.readframes(_CHUNK):
            both = np.frombuffer(chunk, "<i2").reshape(-1, channels).astype(np.int32)
            mono.writeframes(np.clip(both.sum(axis=1), -32768, 32767).astype("<i2").tobytes())
