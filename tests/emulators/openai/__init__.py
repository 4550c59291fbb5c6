"""Any vendor of OpenAI's chat completions, on loopback, well-behaved or not."""

from tests.emulators.openai import faults
from tests.emulators.openai.dialects import DIALECTS
from tests.emulators.openai.vendor import OpenAiEmulator, called, chunk, counted, error, said

__all__ = ["DIALECTS", "OpenAiEmulator", "called", "chunk", "counted", "error", "faults", "said"]
