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


def hears_itself(spec: AssistantSpec) -> bool:
    """Whether the assistant names no recogniser beside its realtime model."""
    heard, model = spec.transcriber, spec.model
    return realtime(model) and (heard.provider, heard.model) == (model.provider, model.model)


def stand_in(spec: AssistantSpec) -> AssistantSpec | None:
    """The assistant with its next model in the place of the one that is lost; None when it has no other.

    A plain model needs the assistant's recogniser; where no voice is named, espeak speaks for it.
    """
    model = spec.model
    while model.fallbacks:
        kept = {"messages": model.messages, "tools": model.tools, "fallbacks": model.fallbacks[1:]}
        model = model.fallbacks[0].model_copy(update=kept)
        found = spec.model_copy(update={"model": model, "voice": _voice_beside(spec, model)})
        if realtime(model) or not hears_itself(spec):
            return found
    return None


def _voice_beside(spec: AssistantSpec, model: ModelSpec) -> VoiceSpec:
    if not speaks_itself(spec):
        return spec.voice
    return VoiceSpec(provider=model.provider, language=spec.speaks) if realtime(model) else house_voice(spec)
