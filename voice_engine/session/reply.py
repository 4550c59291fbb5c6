"""One agent reply in progress: what it answers, what it cost, when its stages were reached.

A reply may be a guess: begun on words that are not final, held back until the turn is decided. Nothing of it
is heard, told or done before `release`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from voice_engine.kernel.events import EventType
from voice_engine.listen.turns import TurnEnded
from voice_engine.providers.base import Usage
from voice_engine.session.eventlog import EventLog
from voice_engine.session.timeline import Marks


@dataclass(frozen=True, slots=True)
class Question:
    """What the caller said. `turn` is None for typed text."""

    text: str
    began: float
    ended: float
    turn: TurnEnded | None = None

    def after(self, earlier: "Question | None") -> "Question":
        """Both as one."""
        if earlier is None:
            return self
        return Question(f"{earlier.text}\n{self.text}", earlier.began, self.ended)


class Keeper(Protocol):
    """Who runs the reply."""

    def commit(self, reply: "Reply") -> None:
        """It acts on the world: the turn cannot be taken back any more."""
        ...

    def says(self, text: str) -> None:
        """These words are about to be heard."""
        ...

    def sound_came(self, reply: "Reply") -> None:
        """Its first sound waits in the playout."""
        ...


@dataclass(slots=True)
class Reply:
    """Watches the thinker and the speaker on behalf of its session.

    `source` says who put the words there: the model, or somebody by `say` or the first message. `since` is
    when the caller began to wait for it.
    """

    turn: int
    marks: Marks
    now: Callable[[], float]
    events: EventLog
    keeper: Keeper
    source: str = "model"
    interruptible: bool = True
    end_reason: str = ""
    question: Question | None = None
    since: float = 0.0
    name: str = ""  # unique in the session, for its usage
    task: asyncio.Task[None] | None = None
    sounded: bool = False
    committed: bool = False
    discarded: bool = False
    broken: bool = False  # a vendor failed it, or it hangs
    settled: bool = False
    acting: bool = False
    excused: bool = False  # the caller was told why it takes a while
    model_broke: bool = False
    model_usage: list[Usage] = field(default_factory=list)  # one for each vendor that worked
    voice_usage: list[Usage] = field(default_factory=list)
    told: str = ""  # the words that went to the voice, and are no guess any more
    _released: asyncio.Event | None = None
    _withheld: list[str] = field(default_factory=list)

    @property
    def generated(self) -> bool:
        """Whether everything of it waits in the playout."""
        return self.task is not None and self.task.done()

    @property
    def held(self) -> bool:
        """Whether it is only a guess so far."""
        return self._released is not None and not self._released.is_set()

    @property
    def asked_at(self) -> float | None:
        """Since when the model owes its first words; None if it owes none."""
        owes = self.source == "model" and self.marks.clause_first is None
        return self.since if owes else None

    @property
    def is_reminder(self) -> bool:
        """Whether it was our idea: said to a silent caller, who is no less silent for it."""
        return self.source in ("idle-prompt", "duration-warning")

    def hold(self) -> None:
        """It is a guess."""
        self._released = asyncio.Event()

    def release(self) -> None:
        """The guess was right: tell what has been withheld."""
        if self._released:
            self._released.set()
        for text in self._withheld:
            self._tell(text)
        self._withheld.clear()

    async def may_act(self) -> None:
        """Wait until effects on the world are allowed; from then on the turn cannot be taken back."""
        if self._released:
            await self._released.wait()
        self.acting = True
        self.keeper.commit(self)

    def mark(self, name: str) -> None:
        """A stage is reached now; the first time counts."""
        self.marks.set_once(name, self.now())

    def model_asked(self) -> None:
        self.acting = False
        self.mark("llm_started")

    def model_spoke(self) -> None:
        self.mark("llm_first")

    def clause_released(self, text: str) -> None:
        self.mark("clause_first")
        if self.held:
            self._withheld.append(text)
        else:
            self._tell(text)

    def first_sound_synthesised(self) -> None:
        self.mark("tts_first")
        self.keeper.sound_came(self)

    def model_used(self, usage: Usage) -> None:
        _add(self.model_usage, usage)

    def voice_used(self, usage: Usage) -> None:
        _add(self.voice_usage, usage)

    def _tell(self, text: str) -> None:
        self.keeper.says(text)
        self.told += text
        self.events.emit(EventType.MODEL_OUTPUT, turn=self.turn, text=text)


def _add(so_far: list[Usage], more: Usage) -> None:
    for at, usage in enumerate(so_far):
        if (usage.provider, usage.model) == (more.provider, more.model):
            so_far[at] = _sum(usage, more)
            return
    so_far.append(more)


def _sum(one: Usage, other: Usage) -> Usage:
    names = [*one.quantities, *(name for name in other.quantities if name not in one.quantities)]
    total = {name: one.quantities.get(name, 0) + other.quantities.get(name, 0) for name in names}
    return Usage(total, one.estimated or other.estimated, one.provider, one.model)


def without(text: str, edges: list[int]) -> str:
    """What lies outside the stretches that begin and end at `edges`, in turn; the last may be open."""
    kept, at = "", 0
    for begin, end in zip(edges[::2], [*edges[1::2], len(text)], strict=False):
        kept, at = kept + text[at:begin], end
    return kept + text[at:]
