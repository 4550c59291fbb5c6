"""Models that hear and speak themselves: OpenAI Realtime, Qwen-Omni, Gemini Live."""
