"""Which vendors a shape may name: those this installation can run, by voice_engine's registry."""

from collections.abc import Callable
from typing import Any

from voice_engine.providers import registry

VAPI_MODELS = (
    "anthropic", "anthropic-bedrock", "anyscale", "cerebras", "custom-llm", "deepinfra", "deep-seek",
    "google", "groq", "inflection-ai", "minimax", "openai", "openrouter", "perplexity-ai", "together-ai",
    "xai", "vapi",
)  # fmt: skip
VAPI_TRANSCRIBERS = (
    "assembly-ai", "azure", "custom-transcriber", "deepgram", "11labs", "gladia", "google", "speechmatics",
    "talkscriber", "openai", "cartesia", "soniox", "xai", "vapi",
)  # fmt: skip
VAPI_VOICES = (
    "azure", "cartesia", "custom-voice", "deepgram", "11labs", "hume", "lmnt", "neuphonic", "openai",
    "playht", "wellsaid", "rime-ai", "smallest-ai", "tavus", "vapi", "sesame", "inworld", "minimax", "xai",
    "microsoft",
)  # fmt: skip


def refuse_unknown(kind: registry.Kind, known_elsewhere: tuple[str, ...]) -> Callable[[Any], str]:
    """For `one_of`: empty if an installed package offers this vendor, else why not and what there is."""

    def refuse(provider: Any) -> str:
        here = registry.names(kind)
        if provider in here:
            return ""
        if provider in known_elsewhere:
            return f"{provider} is not available in this installation; available: {', '.join(here)}"
        return f"should be one of the following values: {', '.join(here)}"

    return refuse


def credential_providers() -> tuple[str, ...]:
    """Every vendor an inline credential may be for."""
    return tuple(sorted({*registry.names("llm"), *registry.names("stt"), *registry.names("tts")}))
