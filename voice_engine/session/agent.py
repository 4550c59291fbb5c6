"""One assistant in office: what it is, how it thinks, with which voice it speaks."""

from collections.abc import Iterable
from dataclasses import dataclass

from voice_engine.providers.base import Stt
from voice_engine.providers.realtime.models import house_voice, speaks_itself
from voice_engine.session.live import Live
from voice_engine.session.livemind import LiveMind
from voice_engine.session.parts import Parts
from voice_engine.spec import AssistantSpec, ToolSpec, VoiceSpec
from voice_engine.think.thinker import Mind, Thinker
from voice_engine.think.tools.base import Conversation, ToolAccess
from voice_engine.think.tools.toolbox import Toolbox


@dataclass(frozen=True, slots=True)
class Agent:
    """An assistant, with all it needs to take a call. `voice` is the one that `parts.tts` speaks with."""

    spec: AssistantSpec
    parts: Parts
    thinker: Mind
    toolbox: Toolbox
    ear: Stt
    voice: VoiceSpec

    @property
    def live(self) -> Live | None:
        """The realtime model, if that is who hears and speaks."""
        return self.ear if isinstance(self.ear, Live) else None


def appoint(
    spec: AssistantSpec,
    parts: Parts,
    conversation: Conversation,
    access: ToolAccess,
    more_tools: Iterable[ToolSpec] = (),
) -> Agent:
    """An assistant ready to speak; `more_tools` come from its squad."""
    toolbox = Toolbox([*spec.model.tools, *more_tools], conversation, access)
    if parts.realtime:
        mind = LiveMind(spec.model, toolbox, speaks_itself=speaks_itself(spec))
        brief = lambda: (mind.history.messages(), toolbox.offered())  # noqa: E731
        mind.live = Live(parts.realtime, parts.troubles, brief)
        return Agent(spec, parts, mind, toolbox, mind.live, house_voice(spec))
    assert parts.llm is not None
    assert parts.stt is not None
    return Agent(spec, parts, Thinker(spec.model, parts.llm, toolbox), toolbox, parts.stt, spec.voice)
