"""iFlytek's dictation, transcription and voices, on loopback."""

from tests.emulators.iflytek.server import IflytekEmulator

__all__ = ["IflytekEmulator"]
