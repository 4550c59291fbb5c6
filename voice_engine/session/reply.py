"""One agent reply in progress: what it answers, what it cost, when its stages were reached."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Usage
from voice_engine.session.eventlog import EventLog
from voice_engine.session.timeline import Marks


@dataclass(slots=True)
class Reply:
    """Watches the thinker and the speaker on behalf of its session.

    `source` says who put the words there: the model, or somebody by `say` or the first message.
    """

    turn: int
    marks: Marks
    now: Callable[[], float]
    events: EventLog
    source: str = "model"
    interruptible: bool = True
    end_reason: str = ""
    task: asyncio.Task[None] | None = None
    sounded: bool = False
    model_usage: dict[str, float] = field(default_factory=dict)
    voice_usage: dict[str, float] = field(default_factory=dict)

    @property
    def generated(self) -> bool:
        """Whether everything of it waits in the playout."""
        return self.task is not None and self.task.done()

    def mark(self, name: str) -> None:
        """A stage is reached now; the first time counts."""
        self.marks.set_once(name, self.now())

    def model_asked(self) -> None:
        self.mark("llm_started")

    def model_spoke(self) -> None:
        self.mark("llm_first")

    def clause_released(self, text: str) -> None:
        self.mark("clause_first")
        self.events.emit(EventType.MODEL_OUTPUT, turn=self.turn, text=text)

    def first_sound_synthesised(self) -> None:
        self.mark("tts_first")

    def model_used(self, usage: Usage) -> None:
        _sum(self.model_usage, usage.quantities)

    def voice_used(self, usage: Usage) -> None:
        _sum(self.voice_usage, usage.quantities)


def _sum(total: dict[str, float], more: Mapping[str, float]) -> None:
    for name, quantity in more.items():
        total[name] = total.get(name, 0) + quantity
