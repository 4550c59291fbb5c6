"""Qwen-Omni realtime of Aliyun Model Studio: OpenAI's beta shape, other rates, no truncation."""

from typing import ClassVar, Literal

from tests.emulators.openai_realtime.server import OpenAiRealtimeEmulator


class QwenOmniEmulator(OpenAiRealtimeEmulator):
    """It interrupts its replies by itself as soon as it hears the caller."""

    name: ClassVar[str] = "dashscope"
    shape: ClassVar[Literal["ga", "beta"]] = "beta"
    path: ClassVar[str] = "/api-ws/v1/realtime"
    truncates: ClassVar[bool] = False


__all__ = ["QwenOmniEmulator"]
