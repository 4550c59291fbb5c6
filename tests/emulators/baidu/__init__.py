"""Baidu's real-time recogniser, its voices with streaming text and over HTTP, and its tokens, on loopback."""

from tests.emulators.baidu.server import BaiduEmulator

__all__ = ["BaiduEmulator"]
