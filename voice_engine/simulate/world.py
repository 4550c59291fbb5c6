"""A whole conversation in virtual time, said in Python: a caller who speaks at fixed times."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from voice_engine.kernel.events import Event
from voice_engine.providers.base import Message, ToolCall
from voice_engine.session.session import Parts, Session
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SILENCE, SimLlm, SimStt, SimTts, SimVad, speech
from voice_engine.simulate.stage import MemoryTransport, Outcome, Stage
from voice_engine.speak.pacing import SLOT_S
from voice_engine.spec import AssistantSpec, ModelSpec, ToolSpec, TranscriberSpec, VoiceSpec

__all__ = ["MemoryTransport", "Outcome", "Says", "World", "assistant"]


@dataclass(frozen=True)
class Says:
    """The caller says `text` from `at` for `seconds` of the session."""

    at: float
    text: str
    seconds: float


async def no_server(_: ToolSpec, __: Sequence[ToolCall]) -> dict[str, str]:
    """A customer whose server answers nothing."""
    return {}


def assistant(**changes: Any) -> AssistantSpec:
    """A plain assistant to vary."""
    base = AssistantSpec(
        model=ModelSpec(provider="sim", messages=({"role": "system", "content": "你是助手。"},)),
        transcriber=TranscriberSpec(provider="sim", language="zh"),
        voice=VoiceSpec(provider="sim", language="zh"),
    )
    return base.model_copy(update=changes)


def _fine(_: Sequence[Message]) -> str:
    return "好的。"


@dataclass
class World:
    """One caller, one assistant, scripted vendors. The caller hangs up at `until` seconds."""

    says: Sequence[Says] = ()
    answer: Callable[[Sequence[Message]], str | Sequence[ToolCall]] = _fine
    spec: AssistantSpec = field(default_factory=assistant)
    until: float = 30.0
    stt: SimStt | None = None
    llm: SimLlm | None = None
    tts: SimTts = field(default_factory=SimTts)
    during: Callable[[Session], Awaitable[None]] | None = None

    def run(self) -> Outcome:
        """The conversation, in virtual time."""
        stt = self.stt or SimStt([line.text for line in self.says])
        parts = Parts(stt, self.llm or SimLlm(self.answer), self.tts, SimVad())
        return run_virtual(Stage(self.spec, parts, self, no_server, self.during).run())

    def sound(self, slot: int) -> bytes:
        """The caller's voice in a slot."""
        at = slot * SLOT_S + SLOT_S / 2
        for number, line in enumerate(self.says):
            if line.at <= at < line.at + line.seconds:
                return speech(number, SLOT_S)
        return SILENCE

    def act(self, _: Session, now: float) -> bool:
        """Whether the caller is still there."""
        return now < self.until - SLOT_S / 2

    def notice(self, event: Event) -> None:
        """This caller speaks by the clock, whatever happens."""
