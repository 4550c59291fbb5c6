"""Gemini Live on loopback."""

from tests.emulators.gemini.server import GeminiEmulator

__all__ = ["GeminiEmulator"]
