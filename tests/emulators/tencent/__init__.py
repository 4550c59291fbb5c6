"""Tencent Cloud's recogniser (ASR v2) and streaming voice, on loopback."""

from tests.emulators.tencent.server import TencentEmulator

__all__ = ["TencentEmulator"]
