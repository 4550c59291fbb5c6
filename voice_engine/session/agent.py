"""One assistant in office: what it is, how it thinks, with which voice it speaks."""

from collections.abc import Iterable
from dataclasses import dataclass

from voice_engine.session.parts import Parts
from voice_engine.speak.phrases import Language, language_of
from voice_engine.spec import AssistantSpec, ToolSpec
from voice_engine.think.thinker import Thinker
from voice_engine.think.tools.base import Conversation, ToolAccess
from voice_engine.think.tools.toolbox import Toolbox


@dataclass(frozen=True, slots=True)
class Agent:
    """`language` is that of our own fixed sentences."""

    spec: AssistantSpec
    parts: Parts
    thinker: Thinker
    toolbox: Toolbox
    language: Language


def appoint(
    spec: AssistantSpec,
    parts: Parts,
    conversation: Conversation,
    access: ToolAccess,
    more_tools: Iterable[ToolSpec] = (),
) -> Agent:
    """An assistant ready to speak; `more_tools` come from its squad."""
    toolbox = Toolbox([*spec.model.tools, *more_tools], conversation, access)
    thinker = Thinker(spec.model, parts.llm, toolbox)
    return Agent(spec, parts, thinker, toolbox, spoken_language(spec))


def spoken_language(spec: AssistantSpec) -> Language:
    """By the voice's language, else the recogniser's."""
    return language_of(spec.voice.language or spec.transcriber.language or spec.voice.voice_id)
