"""A recorded call's events, sorted into what its scenario is made of."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from voice_engine.kernel.events import Event, EventType

SAME_S = 0.005  # what is said to happen at one moment


@dataclass
class Reply:
    """A turn of the agent in the recording."""

    turn: int
    source: str = ""  # as its message says; empty if nothing of it was heard
    asked_at: float | None = None  # the turn was decided; None if nobody asked
    clauses: list[tuple[float, str]] = field(default_factory=list)
    marks: dict[str, float] = field(default_factory=dict)
    rounds: list[tuple[Event, Event | None]] = field(default_factory=list)  # tool calls, results
    heard: str = ""
    sounded_s: float = 0.0
    ended_at: float = 0.0
    interrupted: bool = False
    merged: bool = False  # nothing came of it, and the caller's next words joined these

    @property
    def thought(self) -> bool:
        """Whether the model was asked for it."""
        return self.source == "model" or (not self.source and self.asked_at is not None)


class Tape:
    """The events, sorted into what the scenario needs."""

    def __init__(self, events: Sequence[Event], pause_s: float) -> None:
        self.events, self._pause_s = events, pause_s
        self.replies: dict[int, Reply] = {}
        self.talks: list[tuple[float, float]] = []  # the agent heard from … to
        for event in events:
            self._take(event)
        self._merge()

    @property
    def ended(self) -> float:
        """When the call was over."""
        return self.events[-1].t if self.events else 0.0

    @property
    def reason(self) -> str:
        """Why it was."""
        return str(self.events[-1].data.get("endedReason", "")) if self.events else ""

    def of(self, kind: EventType) -> list[Event]:
        """The events of a type."""
        return [event for event in self.events if event.type is kind]

    def _take(self, event: Event) -> None:
        data = event.data
        match event.type:
            case EventType.TURN_STARTED:
                told = [clause for clause in self._reply(data["turn"]).clauses if clause[0] == event.t]
                self.replies[data["turn"]] = Reply(data["turn"], asked_at=event.t, clauses=told)
            case EventType.MODEL_OUTPUT:
                self._reply(data["turn"]).clauses.append((event.t, data["text"]))
            case EventType.TOOL_CALLS:
                self._reply(data["turn"]).rounds.append((event, None))
            case EventType.TOOL_RESULTS:
                rounds = self._reply(data["turn"]).rounds
                if rounds:
                    rounds[-1] = (rounds[-1][0], event)
            case EventType.MESSAGE if data["role"] == "bot" and "turn" in data:
                reply = self._reply(data["turn"])
                reply.heard, reply.source = data["message"], data.get("source", "")
                begin = data["secondsFromStart"]
                reply.sounded_s = self._silent_at(begin, begin + data["duration"] / 1000) - begin
            case EventType.TURN_ENDED:
                reply = self._reply(data["turn"])
                reply.marks, reply.interrupted = data["marks"], data["interrupted"]
                reply.ended_at = event.t
            case EventType.SPEECH_STARTED if data["role"] == "assistant":
                self.talks.append((event.t, self.ended))
            case EventType.SPEECH_STOPPED if data["role"] == "assistant" and self.talks:
                self.talks[-1] = (self.talks[-1][0], event.t)

    def _silent_at(self, begin: float, end: float) -> float:
        """When a reply was last heard: the caller's voice pauses it before it is cut off."""
        voices = [e.data["atS"] for e in self.of(EventType.SPEECH_STARTED) if e.data["role"] == "user"]
        cut = any(abs(event.t - end) < SAME_S for event in self.of(EventType.USER_INTERRUPTED))
        paused = max((at for at in voices if begin <= at < end), default=end) + self._pause_s
        return min(end, paused) if cut else end

    def _merge(self) -> None:
        """Two messages of the caller in a row are one question to the model."""
        messages = self.of(EventType.MESSAGE)
        roles = [*(event.data["role"] for event in messages), ""]
        followers = [after for role, after in itertools.pairwise(roles) if role == "user"]
        asked = [reply for reply in self.replies.values() if reply.asked_at is not None]
        for reply, after in zip(asked, followers, strict=False):
            reply.merged = after == "user" and not reply.rounds

    def _reply(self, turn: int) -> Reply:
        return self.replies.setdefault(turn, Reply(turn))
