"""OpenAI's realtime conversation (GA shape) on loopback."""

from tests.emulators.openai_realtime.brain import Brain, Call, Line, echo
from tests.emulators.openai_realtime.server import OpenAiRealtimeEmulator

__all__ = ["Brain", "Call", "Line", "OpenAiRealtimeEmulator", "echo"]
