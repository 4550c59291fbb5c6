"""Which models are realtime ones, told by provider and name."""

import re

from voice_engine.spec import AssistantSpec, ModelSpec, VoiceSpec

# provider → what the names of its realtime models look like. A new family is one more line.
NAMES: dict[str, re.Pattern[str]] = {
    "openai": re.compile(r"gpt-(4o-(mini-)?)?realtime(?!-(whisper|transcribe|translate))"),
    "dashscope": re.compile(r"(qwen[\w.]*-omni[\w.-]*-realtime|qwen-audio[\w.-]*-realtime)"),
    "google": re.compile(r"gemini[\w.-]*-(live|native-audio)"),
}


def is_realtime(provider: str, model: str) -> bool:
    """Whether this model is a whole assistant: it hears and speaks itself."""
    pattern = NAMES.get(provider)
    return bool(pattern and pattern.match(model.removeprefix("models/")))


def realtime(spec: ModelSpec) -> bool:
    """`is_realtime` of an assistant's model."""
    return is_realtime(spec.provider, spec.model)


def speaks_itself(spec: AssistantSpec) -> bool:
    """Whether given words, too, are spoken by the realtime model: the assistant names no other voice."""
    return realtime(spec.model) and spec.voice.provider == spec.model.provider


def house_voice(spec: AssistantSpec) -> VoiceSpec:
    """Who says what the model does not: the assistant's own voice, else espeak, which is always there."""
    if not speaks_itself(spec):
        return spec.voice
    return VoiceSpec(provider="espeak", language=spec.speaks)
