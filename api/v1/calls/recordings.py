"""What is made of a call's stereo recording when it is first asked for, then kept beside it: one channel, one
side, MP3.
"""

import os
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import lameenc
import numpy as np

from voice_engine.blobs import LocalBlobs

Side = Literal["stereo", "mono", "customer", "assistant"]
Json = dict[str, Any]

SIDES: tuple[Side, ...] = ("stereo", "mono", "customer", "assistant")
_STEREO = "stereo.wav"
_CHUNK = 1 << 16  # frames read at once
_CHANNEL_KBPS = 32  # of speech; both sides of a call at 64


def key_of(stereo_key: str, side: Side, plan: Json | None = None) -> str:
    """`<org>/<call>/stereo.wav` → `<org>/<call>/mono.wav`, or `.mp3` if the call's artifactPlan says so."""
    ending = "mp3" if (plan or {}).get("recordingFormat") == "mp3" else "wav"
    return f"{stereo_key.removesuffix(_STEREO)}{side}.{ending}"


def ensure(blobs: LocalBlobs, key: str) -> None:
    """Make the file `key` if only its stereo recording is there. Two at once do no harm."""
    target = blobs.path(key)
    side, source = target.stem, target.with_name(_STEREO)
    if target.exists() or side not in SIDES or target.suffix not in (".wav", ".mp3") or not source.exists():
        return
    # Beside the source, so that moving it into place is a rename.
    with TemporaryDirectory(dir=source.parent, prefix=".made-") as folder:
        draft = Path(folder) / target.name
        (_write_mp3 if target.suffix == ".mp3" else _write_wav)(source, draft, side)
        os.replace(draft, target)


def erase(blobs: LocalBlobs, stereo_key: str) -> int:
    """Remove the recording and whatever was made of it; how many files there were. Raises OSError."""
    files = [path for side in SIDES for path in blobs.path(stereo_key).parent.glob(f"{side}.*")]
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)


def _write_wav(source: Path, target: Path, side: Side) -> None:
    with _frames(source, side) as (rate, channels, blocks), wave.open(str(target), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        for block in blocks:
            out.writeframes(block)


def _write_mp3(source: Path, target: Path, side: Side) -> None:
    with _frames(source, side) as (rate, channels, blocks), target.open("wb") as out:
        encoder = lameenc.Encoder()
        encoder.silence()
        encoder.set_in_sample_rate(rate)
        encoder.set_channels(channels)
        encoder.set_bit_rate(_CHANNEL_KBPS * channels)
        for block in blocks:
            out.write(encoder.encode(block))
        out.write(encoder.flush())


@contextmanager
def _frames(source: Path, side: Side) -> Iterator[tuple[int, int, Iterator[bytes]]]:
    """The rate, how many channels `side` has, and its PCM16 in blocks."""
    with wave.open(str(source), "rb") as stereo:
        blocks = iter(lambda: stereo.readframes(_CHUNK), b"")
        taken = (_taken(np.frombuffer(block, "<i2").reshape(-1, 2), side) for block in blocks)
        yield stereo.getframerate(), 2 if side == "stereo" else 1, taken


def _taken(both: np.ndarray[Any, np.dtype[np.int16]], side: Side) -> bytes:
    """Mono is both channels at full strength, limited: caller and assistant rarely speak at once."""
    match side:
        case "stereo":
            return both.tobytes()
        case "customer":
            return both[:, 0].tobytes()
        case "assistant":
            return both[:, 1].tobytes()
    return np.clip(both.astype(np.int32).sum(axis=1), -32768, 32767).astype("<i2").tobytes()
