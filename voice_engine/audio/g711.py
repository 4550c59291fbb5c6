"""G.711 µ-law and A-law to and from PCM16, by table: one look-up per sample, no loop in Python."""

from collections.abc import Callable

import numpy as np

_BIAS = 0x84
_CLIP = 32635


def _ulaw_to_linear() -> np.ndarray:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + _BIAS << ((code >> 4) & 7)) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype("<i2")


def _alaw_to_linear() -> np.ndarray:
    code = np.arange(256, dtype=np.int32) ^ 0x55
    segment, mantissa = (code >> 4) & 7, (code & 0x0F) << 4
    magnitude = np.where(segment == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype("<i2")


def _linear_to_ulaw() -> np.ndarray:
    sample = np.arange(65536, dtype=np.uint16).view("<i2").astype(np.int32)
    magnitude = np.minimum(np.abs(sample), _CLIP) + _BIAS
    segment = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    code = (segment << 4) | ((magnitude >> (segment + 3)) & 0x0F)
    return (~(code | np.where(sample < 0, 0x80, 0)) & 0xFF).astype(np.uint8)


def _linear_to_alaw() -> np.ndarray:
    sample = np.arange(65536, dtype=np.uint16).view("<i2").astype(np.int32) >> 3
    magnitude = np.where(sample < 0, -sample - 1, sample)
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 4, 0)
    code = (segment << 4) | ((magnitude >> np.maximum(segment, 1)) & 0x0F)
    return (code ^ np.where(sample < 0, 0x55, 0xD5)).astype(np.uint8)


_FROM_ULAW, _FROM_ALAW = _ulaw_to_linear(), _alaw_to_linear()
_TO_ULAW, _TO_ALAW = _linear_to_ulaw(), _linear_to_alaw()


def _decode(table: np.ndarray, law: bytes) -> bytes:
    return table[np.frombuffer(law, np.uint8)].tobytes()


def _encode(table: np.ndarray, pcm: bytes) -> bytes:
    return table[np.frombuffer(pcm, "<u2")].tobytes()


def decode_ulaw(law: bytes) -> bytes:
    """PCM16, two bytes for each byte of `law`."""
    return _decode(_FROM_ULAW, law)


def decode_alaw(law: bytes) -> bytes:
    """PCM16, two bytes for each byte of `law`."""
    return _decode(_FROM_ALAW, law)


def encode_ulaw(pcm: bytes) -> bytes:
    """One byte for each sample; ValueError when `pcm` ends within a sample."""
    return _encode(_TO_ULAW, pcm)


def encode_alaw(pcm: bytes) -> bytes:
    """One byte for each sample; ValueError when `pcm` ends within a sample."""
    return _encode(_TO_ALAW, pcm)


def _as_is(pcm: bytes) -> bytes:
    return pcm


_DECODERS = {"pcm_s16le": _as_is, "mulaw": decode_ulaw, "alaw": decode_alaw}
_ENCODERS = {"pcm_s16le": _as_is, "mulaw": encode_ulaw, "alaw": encode_alaw}


def decoder(encoding: str) -> Callable[[bytes], bytes]:
    """How to make PCM16 of `encoding`, one of spec.Encoding; KeyError otherwise."""
    return _DECODERS[encoding]


def encoder(encoding: str) -> Callable[[bytes], bytes]:
    """How to make `encoding`, one of spec.Encoding, of PCM16; KeyError otherwise."""
    return _ENCODERS[encoding]
