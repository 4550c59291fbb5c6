"""What holds in every conversation, whatever its scenario expects."""

from voice_engine.kernel.events import EventType
from voice_engine.simulate.expect import Expect, spoken
from voice_engine.simulate.scenario import Scenario
from voice_engine.simulate.seen import Seen

DEAD_AIR_S = 4.0
_SLOT_MS = 20
_SLOT_S = 0.021  # a slot, and what floating point adds
_HEARD_ERROR = 2  # characters


def broken(scenario: Scenario, seen: Seen) -> list[str]:
    """The promises that were not kept, a sentence each."""
    checks = (_numbered, _segments, _stale, _heard)
    found = [why for check in checks if (why := check(seen))]
    if all(expected.dead_air is None for expected in scenario.expect):
        found += filter(None, [Expect(dead_air=DEAD_AIR_S).broken(seen)])
    return found


def _numbered(seen: Seen) -> str:
    numbers = [event.seq for event in seen.events]
    if numbers != list(range(1, len(numbers) + 1)):
        return f"always: events are numbered {numbers}"
    last = seen.events[-1].type
    return "" if last is EventType.SESSION_ENDED else f"always: the last event is {last}"


def _segments(seen: Seen) -> str:
    for event in seen.of(EventType.TURN_ENDED):
        shown, marks = event.data["mouthToEarMs"], event.data["marks"]
        if shown is None:
            continue
        turn = event.data["turn"]
        parts = sum(event.data["segments"].values())
        if parts != shown:
            return f"always: the segments of turn {turn} add up to {parts} ms, not {shown}"
        begun = seen.first_voice(marks["soundFirstS"] - 0.03)
        if begun is None or abs((begun - marks["speechEndedS"]) * 1000 - shown) > _SLOT_MS + 1:
            return (
                f"always: turn {turn} says {shown} ms from mouth to ear; on the wire it is heard at {begun}"
            )
    return ""


def _stale(seen: Seen) -> str:
    """After an interruption nothing of the old reply is heard; the end of the call closes the wire itself."""
    begins = [e for e in seen.of(EventType.SPEECH_STARTED) if e.data["role"] == "assistant"]
    for event in seen.of(EventType.USER_INTERRUPTED):
        if event.t > seen.ended_at - _SLOT_S:
            continue
        until = next((e.t for e in begins if e.seq > event.seq), seen.ended_at + 1)
        for sound in seen.voice:
            if event.t < sound.begin < until - _SLOT_S and sound.end > event.t + _SLOT_S:
                return f"always: {sound.text!r} is heard after the interruption at {event.t:.2f}"
    return ""


def _heard(seen: Seen) -> str:
    """The history says what the ear heard, two characters more or less."""
    for event in seen.of(EventType.MESSAGE):
        data = event.data
        if data["role"] != "bot" or any(char.isascii() and char.isalnum() for char in data["message"]):
            continue
        begin = data["secondsFromStart"] - 0.03
        end = begin + data["duration"] / 1000 + 0.03
        ear = "".join(char for s in seen.voice for at, char in s.chars if begin <= at < end)
        said = spoken(data["message"])
        if ear and abs(len(ear) - len(said)) > _HEARD_ERROR:
            return f"always: the message says {said!r}, the ear heard {ear!r}"
    return ""
