"""FunASR's two WebSocket servers on loopback; its HTTP server is tests.emulators.openai_speech."""

from tests.emulators.funasr.server import FunAsrEmulator

__all__ = ["FunAsrEmulator"]
