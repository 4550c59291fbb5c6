"""What came of a scenario, in the terms of its expectations. Times are seconds of the session."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from voice_engine.kernel.events import Event, EventType
from voice_engine.providers.base import Message
from voice_engine.simulate.ear import Book, Sound, heard
from voice_engine.simulate.stage import Outcome


@dataclass(slots=True)
class Done:
    """Something the caller did: `what` as in the scenario, `text` for people."""

    what: str
    begin: float
    end: float
    text: str = ""


@dataclass(slots=True)
class Asked:
    """A request to a vendor. `messages` only for a model; `text` what a voice was to say."""

    of: str
    member: int
    at: float
    text: str = ""
    messages: tuple[Message, ...] = ()


@dataclass
class Notes:
    """Taken down by the scripted caller and vendors while the conversation goes on."""

    done: list[Done] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    book: Book = field(default_factory=Book)


@dataclass
class Seen:
    """A finished conversation from outside and from inside."""

    outcome: Outcome
    notes: Notes

    @cached_property
    def voice(self) -> list[Sound]:
        """The agent's stretches of voice as the caller heard them."""
        wire = self.outcome
        return heard(wire.played, list(zip(wire.flushed_after, wire.flushed, strict=True)), self.notes.book)

    @property
    def ears(self) -> str:
        """All that was heard, normalised as it was spoken."""
        return "".join(sound.text for sound in self.voice)

    @property
    def events(self) -> list[Event]:
        """All of them, in order."""
        return self.outcome.events

    def of(self, kind: EventType) -> list[Event]:
        """The events of one type."""
        return self.outcome.of(kind)

    @property
    def ended_at(self) -> float:
        """How long it lasted."""
        return self.events[-1].t

    @property
    def speech(self) -> list[Done]:
        """What the caller let be heard."""
        return [done for done in self.notes.done if done.what in ("say", "noise")]

    @property
    def holds(self) -> list[tuple[float, float]]:
        """When the conversation was on hold, or waited for a caller whose connection was lost."""
        found = []
        for paused in self.of(EventType.SESSION_PAUSED):
            ends = (e.t for e in self.of(EventType.SESSION_RESUMED) if e.data["why"] == paused.data["why"])
            found.append((paused.t, next((t for t in ends if t >= paused.t), self.ended_at)))
        return found

    def asked(self, of: str) -> list[Asked]:
        """The requests to one kind of vendor."""
        return [asked for asked in self.notes.asked if asked.of == of]

    def replies(self) -> Iterator[tuple[Event, float, float]]:
        """Each turn of the caller: its event, since when and until when it is the agent's turn.

        A reply that ends without a sound is no reply: the caller still waits.
        """
        ends = {e.data["turn"]: e for e in self.of(EventType.TURN_ENDED)}
        for event in self.of(EventType.TURN_STARTED):
            over = ends.get(event.data["turn"])
            answered = over and ("soundFirstS" in over.data["marks"] or over.data["interrupted"])
            yield event, event.t, over.t if over and answered else self._next_sound(event.t)

    def _next_sound(self, after: float) -> float:
        begins = [s.begin for s in self.voice] + [done.begin for done in self.notes.done]
        return min((at for at in begins if at > after), default=self.ended_at)

    def silence(self, begin: float, end: float) -> float:
        """The longest time between `begin` and `end` without a voice and not on hold."""
        spans = [(s.begin, s.end) for s in self.voice] + [(d.begin, d.end) for d in self.speech] + self.holds
        longest, cursor = 0.0, begin
        for start, stop in sorted(spans):
            if stop <= begin or start >= end:
                continue
            longest = max(longest, start - cursor)
            cursor = max(cursor, stop)
        return max(longest, end - cursor)

    def first_voice(self, after: float) -> float | None:
        """When the agent is next heard to begin or go on."""
        return next((max(s.begin, after) for s in self.voice if s.end > after), None)
