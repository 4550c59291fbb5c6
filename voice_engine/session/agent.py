"""One assistant in office: what it is, how it thinks, with which voice it speaks."""

from collections.abc import Iterable
from dataclasses import dataclass

from voice_engine.session.parts import Parts
from voice_engine.spec import AssistantSpec, ToolSpec
from voice_engine.think.thinker import Thinker
from voice_engine.think.tools.base import Conversation, ToolAccess
from voice_engine.think.tools.toolbox import Toolbox


@dataclass(frozen=True, slots=True)
class Agent:
    """An assistant, with all it needs to take a call."""

    spec: AssistantSpec
    parts: Parts
    thinker: Thinker
    toolbox: Toolbox


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
    return Agent(spec, parts, thinker, toolbox)
