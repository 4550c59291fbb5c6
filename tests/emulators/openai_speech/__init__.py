"""OpenAI's speech, and any server that copies it, on loopback: files, voices, realtime transcription."""

from tests.emulators.openai_speech.server import OpenAiSpeechEmulator

__all__ = ["OpenAiSpeechEmulator"]
