"""Volcengine's speech on loopback: the large model's recogniser and the bidirectional voice."""

from tests.emulators.volcengine.server import VolcengineEmulator

__all__ = ["VolcengineEmulator"]
