"""MiniMax's voices over WebSocket and HTTP, and its cloning of voices, on loopback."""

from tests.emulators.minimax.server import MiniMaxEmulator

__all__ = ["MiniMaxEmulator"]
