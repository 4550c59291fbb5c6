"""One assistant in office: what it is, how it thinks, with which voice it speaks."""

from dataclasses import dataclass

from voice_engine.providers.base import Tts
from voice_engine.spec import AssistantSpec
from voice_engine.think.thinker import Thinker
from voice_engine.think.toolbox import Toolbox


@dataclass(frozen=True, slots=True)
class Agent:
    """`language` is zh or en: that of our own fixed sentences."""

    spec: AssistantSpec
    thinker: Thinker
    toolbox: Toolbox
    tts: Tts
    language: str


def language_of(spec: AssistantSpec) -> str:
    """zh or en, by the voice's language, else the recogniser's."""
    language = spec.voice.language or spec.transcriber.language or spec.voice.voice_id
    return "en" if language.lower().startswith("en") else "zh"
