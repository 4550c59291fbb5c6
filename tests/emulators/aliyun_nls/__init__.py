"""Aliyun NLS on loopback: CreateToken, the streaming recogniser and the voices with streaming text."""

from tests.emulators.aliyun_nls.server import AliyunNlsEmulator

__all__ = ["AliyunNlsEmulator"]
