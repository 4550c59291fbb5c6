"""Two courses of the same conversation, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from voice_engine.kernel.events import Event, EventType

_EDGE_S = 0.03  # a slot and a half: decisions fall on the 20 ms wheel


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the caller. `decided` is in seconds of the session."""

    text: str
    decided: float
    mouth_to_ear_ms: int | None = None
    heard: str = ""
    interrupted: bool = False


def turns(events: Sequence[Event]) -> list[Turn]:
    """What was decided in a conversation."""
    started = {e.data["turn"]: e for e in events if e.type is EventType.TURN_STARTED}
    ended = {e.data["turn"]: e for e in events if e.type is EventType.TURN_ENDED}
    heard = {e.data["turn"]: e for e in events if e.type is EventType.MESSAGE and "turn" in e.data}
    found = []
    for number, event in sorted(started.items()):
        over = ended[number].data if number in ended else {}
        said = heard[number].data["message"] if number in heard else ""
        found.append(
            Turn(event.data["text"], event.t, over.get("mouthToEarMs"), said, bool(over.get("interrupted")))
        )
    return found


def differences(recorded: Sequence[Event], replayed: Sequence[Event]) -> list[str]:
    """Where a replay decided otherwise than the recording, a sentence each."""
    before, after = turns(recorded), turns(replayed)
    found = []
    if len(before) != len(after):
        found.append(f"{len(before)} turns became {len(after)}")
    for number, (one, other) in enumerate(zip(before, after, strict=False), 1):
        if one.text != other.text:
            found.append(f"turn {number}: {one.text!r} became {other.text!r}")
        if abs(one.decided - other.decided) > _EDGE_S:
            found.append(f"turn {number}: decided at {one.decided:.2f} s became {other.decided:.2f} s")
        if one.interrupted != other.interrupted:
            found.append(f"turn {number}: interrupted {one.interrupted} became {other.interrupted}")
    return found


def table(columns: dict[str, Sequence[Event]]) -> str:
    """For people: a line per turn, then the sums; `columns` are conversations by name."""
    courses = {name: turns(events) for name, events in columns.items()}
    width = max(12, *(len(name) for name in courses))
    head = "".join(f"{name:>{width + 2}}" for name in courses)
    lines = [f"mouth to ear, ms  {head}"]
    longest = max((len(course) for course in courses.values()), default=0)
    for number in range(longest):
        shown = [_cell(course[number] if number < len(course) else None) for course in courses.values()]
        text = next(course[number].text for course in courses.values() if number < len(course))
        lines.append(
            f"turn {number + 1:<13}" + "".join(f"{cell:>{width + 2}}" for cell in shown) + f"  {text}"
        )
    for name, sums in _SUMS.items():
        shown = [sums(course) for course in courses.values()]
        lines.append(f"{name:<18}" + "".join(f"{cell:>{width + 2}}" for cell in shown))
    return "\n".join(lines)


def _cell(turn: Turn | None) -> str:
    if turn is None:
        return "–"
    waited = "?" if turn.mouth_to_ear_ms is None else str(turn.mouth_to_ear_ms)
    return f"{waited} cut" if turn.interrupted else waited


def _median(course: list[Turn]) -> str:
    waited = [turn.mouth_to_ear_ms for turn in course if turn.mouth_to_ear_ms is not None]
    return f"{median(waited):.0f}" if waited else "–"


_SUMS = {
    "median": _median,
    "turns": lambda course: str(len(course)),
    "interruptions": lambda course: str(sum(turn.interrupted for turn in course)),
}
