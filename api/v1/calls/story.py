"""What a call's events say about the call: its columns as a function of the events alone. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from api.v1.calls.model import CallRow
from voice_engine.kernel.clock import iso
from voice_engine.kernel.events import Event, EventType
from voice_engine.messages import conversation_items

Json = dict[str, Any]

AI, USER = "AI", "User"
_LATENCIES = {
    "modelLatency": ("thinkMs", "clauseMs"),
    "voiceLatency": ("ttsMs",),
    "transcriberLatency": ("sttMs",),
    "endpointingLatency": ("endpointingMs",),
    "turnLatency": ("endpointingMs", "sttMs", "thinkMs", "clauseMs", "ttsMs", "playoutMs"),
}


@dataclass(slots=True)
class Story:
    """Moments are aware datetimes; `messages` are pairs of the event's (session, number) and the message."""

    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_reason: str = ""
    recording_key: str = ""
    messages: list[tuple[tuple[str, int], Json]] = field(default_factory=list)
    turns: list[Json] = field(default_factory=list)
    guessed: set[tuple[str, int]] = field(default_factory=set)  # turns answered from a guess, by session
    interruptions: int = 0
    line: Json | None = None
    facts: Json = field(default_factory=dict)
    sessions_open: set[str] = field(default_factory=set)

    @property
    def ended(self) -> bool:
        """Whether every session that began has ended."""
        return self.ended_at is not None and not self.sessions_open

    def conversation(self, until: tuple[str, int] | None = None) -> list[Json]:
        """The messages, or those up to an event."""
        return [message for at, message in self.messages if until is None or at <= until]


def told(events: Iterable[Event]) -> Story:
    """The story of a call's events: sessions by birth, each in order."""
    story = Story()
    for event in events:
        _tell(story, event)
    return story


def continued(row: CallRow, events: Iterable[Event]) -> Story:
    """The story of a call in progress: what its row holds, then these events. Turns are not in the row."""
    story = Story(started_at=row.started_at, recording_key=row.recording_key or "")
    story.facts = dict(row.facts or {})
    story.messages = [(("", 0), message) for message in row.messages]
    story.sessions_open.add(row.session_id)
    for event in events:
        _tell(story, event)
    return story


def _tell(story: Story, event: Event) -> None:
    data = event.data
    match event.type:
        case EventType.SESSION_STARTED:
            story.started_at = story.started_at or moment(event.at_ms)
            story.sessions_open.add(event.session_id)
            _add(story, "assistantActivations", {"assistantName": data.get("assistantName", "")})
        case EventType.SESSION_ENDED:
            story.ended_at, story.ended_reason = moment(event.at_ms), str(data.get("endedReason", ""))
            story.line = data.get("line")
            story.sessions_open.discard(event.session_id)
        case EventType.RECORDING_READY:
            story.recording_key = str(data["key"])
        case EventType.RECORDING_CONSENT:
            granted = {"grantedAt": iso(moment(event.at_ms))} if data["granted"] else {}
            story.facts["recordingConsent"] = {"type": data["plan"], **granted}
        case EventType.HANDOFF:
            _add(story, "assistantActivations", {"assistantName": data["to"]})
        case EventType.TRANSFER_REQUESTED:
            _add(story, "transfers", _transfer(data["destination"]))
        case EventType.TURN_STARTED if data.get("guessed"):
            story.guessed.add((event.session_id, data["turn"]))
        case EventType.TURN_ENDED if data.get("segments"):
            story.turns.append({**data, "guessed": (event.session_id, data["turn"]) in story.guessed})
        case EventType.USER_INTERRUPTED:
            story.interruptions += 1
        case _:
            place = (event.session_id, event.seq)
            story.messages += [(place, item) for item in conversation_items(event)]


def transcript(messages: Iterable[Json], plan: Mapping[str, Any] | None = None) -> str:
    """`AI: …` and `User: …`, a line each; system and tool messages are left out.

    `plan` is the call's artifactPlan, whose transcriptPlan may have other names.
    """
    names = (plan or {}).get("transcriptPlan") or {}
    speakers = {"bot": names.get("assistantName", AI), "user": names.get("userName", USER)}
    lines = [
        f"{speakers[m['role']]}: {m.get('message', '')}\n" for m in messages if m.get("role") in speakers
    ]
    return "".join(lines)


def keeps_transcript(plan: Mapping[str, Any] | None) -> bool:
    """Whether the artifactPlan wants a transcript; default yes."""
    return ((plan or {}).get("transcriptPlan") or {}).get("enabled") is not False


def performance(story: Story) -> Json:
    """Vapi's PerformanceMetrics in ms, with our segments in each turn; averages only of what was measured.

    A turn's latency is what the caller waited: from the last voiced sample to the first audible one. `line`
    is how well the caller's sound arrived, as the event session.ended has it.
    """
    turns = [_turn(turn) for turn in story.turns]
    shown: Json = {"turnLatencies": turns}
    if turns:
        for name in _LATENCIES:
            shown[f"{name}Average"] = _average([turn[name] for turn in turns])
        shown["toTransportLatencyAverage"] = _average([t["segments"].get("playoutMs", 0) for t in turns])
    if story.line:
        shown["line"] = story.line
    return shown | {"numAssistantInterrupted": story.interruptions}


def _add(story: Story, name: str, item: Json) -> None:
    story.facts[name] = [*story.facts.get(name, ()), item]


def _transfer(destination: Json) -> Json:
    mode = (destination.get("transferPlan") or {}).get("mode")
    return {"destination": destination, **({"mode": mode} if mode else {})}


def moment(at_ms: int) -> datetime:
    """Unix ms as an aware datetime."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _turn(data: Json) -> Json:
    segments: dict[str, int] = data["segments"]
    shown: Json = {name: sum(segments.get(s, 0) for s in parts) for name, parts in _LATENCIES.items()}
    return {
        **shown,
        "turn": data.get("turn"),
        "interrupted": bool(data.get("interrupted")),
        "guessed": data["guessed"],
        "segments": segments,
    }


def _average(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 1)
