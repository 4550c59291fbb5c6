"""WAV files of 16-bit PCM: whole ones read and written, and the header of one that grows."""

import io
import struct
import wave
from dataclasses import dataclass
from pathlib import Path

from voice_engine.audio.g711 import decode_alaw, decode_ulaw
from voice_engine.kernel.errors import BadRequest

HEADER_BYTES = 44
_LAW = {6: decode_alaw, 7: decode_ulaw}
_EXTENSIBLE = 0xFFFE


@dataclass(frozen=True, slots=True)
class Wav:
    """Sound as PCM16, channels interleaved."""

    pcm: bytes
    rate: int
    channels: int = 1

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.pcm) / (2 * self.channels * self.rate)

    def channel(self, index: int) -> bytes:
        """One channel's PCM16."""
        step = 2 * self.channels
        low, high = self.pcm[2 * index :: step], self.pcm[2 * index + 1 :: step]
        out = bytearray(2 * len(high))
        out[::2], out[1::2] = low[: len(high)], high
        return bytes(out)


def read(source: Path | bytes) -> Wav:
    """A WAV of 16-bit PCM or G.711; raises BadRequest `wav_unreadable` for anything else."""
    raw = source if isinstance(source, bytes) else source.read_bytes()
    if raw[:4] != b"RIFF" or raw[8:12] != b"WAVE":
        raise BadRequest("wav_unreadable", "This is not a WAV file; give 16-bit PCM or G.711 in a RIFF WAV.")
    form, data = _chunks(raw)
    if len(form) < 16:
        raise BadRequest("wav_unreadable", "The WAV file has no format chunk; save it anew.")
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", form)
    if kind == _EXTENSIBLE and len(form) >= 26:
        (kind,) = struct.unpack_from("<H", form, 24)
    if not channels or not rate:
        raise BadRequest("wav_unreadable", "The WAV file names no channels or no sample rate; save it anew.")
    if kind in _LAW and bits == 8:
        return Wav(_whole(_LAW[kind](data), channels), rate, channels)
    if kind == 1 and bits == 16:
        return Wav(_whole(data, channels), rate, channels)
    raise BadRequest("wav_unreadable", f"WAV format {kind} with {bits} bits; give 16-bit PCM or G.711.")


def _whole(pcm: bytes, channels: int) -> bytes:
    return pcm[: len(pcm) - len(pcm) % (2 * channels)]


def _chunks(raw: bytes) -> tuple[bytes, bytes]:
    """The `fmt ` and `data` chunks. A size beyond the file, as streams write it, means the rest of it."""
    form = data = b""
    at = 12
    while at + 8 <= len(raw):
        name, size = raw[at : at + 4], int.from_bytes(raw[at + 4 : at + 8], "little")
        body = raw[at + 8 : at + 8 + size]
        if name == b"fmt ":
            form = body
        elif name == b"data":
            data = body
            break
        at += 8 + size + size % 2
    return form, data


def write(pcm: bytes, rate: int, channels: int = 1) -> bytes:
    """A whole WAV file of PCM16."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return buffer.getvalue()


def header(data_bytes: int, rate: int, channels: int = 1) -> bytes:
    """The 44 bytes before `data_bytes` of PCM16."""
    byte_rate, align = 2 * channels * rate, 2 * channels
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, byte_rate, align, 16)
    riff = struct.pack("<4sI4s", b"RIFF", min(36 + data_bytes, 0xFFFFFFFF), b"WAVE")
    return riff + form + struct.pack("<4sI", b"data", min(data_bytes, 0xFFFFFFFF))
