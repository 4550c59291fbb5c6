"""What a scenario may expect of its conversation, and whether it came true."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Self

from pydantic import Field, model_validator

from voice_engine.kernel.events import Event, EventType
from voice_engine.simulate.seen import Seen
from voice_engine.simulate.shape import Part, exactly_one

Json = dict[str, Any]
Window = float | tuple[float, float]  # at most, or from … to
Texts = str | tuple[str, ...]


class Nth(Part):
    """`within` seconds, for the caller's `turn` (the first is 1), or for the interruption of that number."""

    turn: int = Field(1, ge=1)
    within: Window


class Counted(Part):
    """How many events of a type there are, with these values in their data; without `is_`: at least one."""

    type: EventType
    where: Json = Field(default_factory=dict)
    at_least: int | None = None
    at_most: int | None = None
    exactly: int | None = None


class Asking(Part):
    """How many requests a kind of vendor got."""

    of: str = Field(pattern="^(recogniser|model|voice|tool)$")
    member: int | None = None
    at_least: int = 0
    at_most: int = 1_000_000


class Used(Part):
    """What the usage of a component sums up to."""

    component: str
    quantity: str
    is_: Window = Field(alias="is")


class Remembered(Part):
    """The context of the model's request number `request` (-1 is the last) ends with these, `role: text`."""

    request: int = -1
    ends_with: tuple[str, ...]


class Wanted(Part):
    """A tool call as the model made it."""

    name: str
    arguments: Json | None = None


class Expect(Part):
    """One expectation: exactly one of these.

    `said`: the agent's messages, all, as the call shows them; `said_contains`, `never_said`; `caller_said`:
    the caller's; `ears`: these texts sound on the wire; `reply`: how long after the caller's last sound the
    agent is heard; `stops`: how long after the caller's first sound an interrupted agent is last heard;
    `quiet` and `talking`: the agent in this span of the call; `dead_air`: the longest silence on the agent's
    turn; `longest_gap`: the longest inside its replies; `events`: these types, in this order.
    """

    ended: str | None = None
    said: Texts | None = None
    said_contains: Texts | None = None
    never_said: Texts | None = None
    caller_said: Texts | None = None
    ears: Texts | None = None
    turns: int | None = None
    interruptions: int | None = None
    reply: Nth | None = None
    stops: Nth | None = None
    quiet: tuple[float, float] | None = None
    talking: tuple[float, float] | None = None
    dead_air: float | None = None
    longest_gap: float | None = None
    no_word_twice: bool | None = None
    events: tuple[EventType, ...] | None = None
    event: Counted | None = None
    tools: tuple[str | Wanted, ...] | None = None
    history: Remembered | None = None
    requests: Asking | None = None
    usage: Used | None = None
    lasted: Window | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        exactly_one(self, tuple(CHECKS))
        return self

    def broken(self, seen: Seen) -> str:
        """Why it did not come true; empty if it did."""
        name = exactly_one(self, tuple(CHECKS))
        why = CHECKS[name](seen, getattr(self, name))
        return f"{name}: {why}" if why else ""


def _ended(seen: Seen, reason: str) -> str:
    return _same(seen.outcome.reason, reason)


def _said(seen: Seen, texts: Texts) -> str:
    return _same(seen.outcome.said("bot"), _list(texts))


def _said_contains(seen: Seen, texts: Texts) -> str:
    said = "\n".join(seen.outcome.said("bot"))
    return _missing([text for text in _list(texts) if text not in said], said)


def _never_said(seen: Seen, texts: Texts) -> str:
    said = "\n".join(seen.outcome.said("bot"))
    found = [text for text in _list(texts) if text in said or spoken(text) in seen.ears]
    return f"{found} was said" if found else ""


def _caller_said(seen: Seen, texts: Texts) -> str:
    return _same(seen.outcome.said("user"), _list(texts))


def _ears(seen: Seen, texts: Texts) -> str:
    return _missing([text for text in _list(texts) if spoken(text) not in seen.ears], seen.ears)


def _turns(seen: Seen, count: int) -> str:
    return _same(len(seen.of(EventType.TURN_STARTED)), count)


def _interruptions(seen: Seen, count: int) -> str:
    return _same(len(seen.of(EventType.USER_INTERRUPTED)), count)


def _reply(seen: Seen, nth: Nth) -> str:
    turns = seen.of(EventType.TURN_STARTED)
    if len(turns) < nth.turn:
        return f"there was no turn {nth.turn}, only {len(turns)}"
    decided = turns[nth.turn - 1].t
    spoken = [done.end for done in seen.notes.done if done.end <= decided + 1e-6 and done.what != "command"]
    begun = seen.first_voice(decided)
    if begun is None:
        return "it was never answered"
    return _in(begun - (spoken[-1] if spoken else decided), nth.within)


def _stops(seen: Seen, nth: Nth) -> str:
    cuts = seen.of(EventType.USER_INTERRUPTED)
    if len(cuts) < nth.turn:
        return f"there was no interruption {nth.turn}, only {len(cuts)}"
    at = cuts[nth.turn - 1].t
    begun = max((done.begin for done in seen.notes.done if done.begin <= at), default=at)
    last = max((min(s.end, at + 0.2) for s in seen.voice if s.begin < at), default=at)
    return _in(max(0.0, last - begun), nth.within)


def _quiet(seen: Seen, span: tuple[float, float]) -> str:
    heard = [s for s in seen.voice if s.end > span[0] and s.begin < span[1]]
    return "".join(f"{s.text!r} sounds from {s.begin:.2f} to {s.end:.2f}; " for s in heard)


def _talking(seen: Seen, span: tuple[float, float]) -> str:
    cursor = span[0]
    for sound in seen.voice:
        if sound.begin <= cursor + 0.06:
            cursor = max(cursor, sound.end)
    return "" if cursor >= span[1] else f"it falls silent at {cursor:.2f}"


def _dead_air(seen: Seen, most: float) -> str:
    for event, begin, end in seen.replies():
        found = seen.silence(begin, end)
        if found > most + 1e-6:
            return f"{found:.2f} s of silence on the agent's turn {event.data['turn']}, from {begin:.2f} on"
    return ""


def _longest_gap(seen: Seen, most: float) -> str:
    for event in seen.of(EventType.TURN_ENDED):
        sounds = [s for s in seen.voice if s.end > event.data["marks"].get("soundFirstS", event.t) - 0.01]
        inside = [s for s in sounds if s.begin < event.t]
        for before, after in itertools.pairwise(inside):
            if after.begin - before.end > most + 1e-6:
                return f"{after.begin - before.end:.2f} s of silence at {before.end:.2f}"
    return ""


def _no_word_twice(seen: Seen, wanted: bool) -> str:
    said = seen.ears
    for size in range(4, len(said) // 2 + 1):
        for at in range(len(said) - 2 * size + 1):
            piece = said[at : at + size]
            if wanted and piece == said[at + size : at + 2 * size]:
                return f"{piece!r} was spoken twice"
    return ""


def _events(seen: Seen, kinds: Sequence[EventType]) -> str:
    rest = iter(event.type for event in seen.events)
    missing = next((kind for kind in kinds if kind not in rest), None)
    return f"{missing} does not come in this order" if missing else ""


def _event(seen: Seen, counted: Counted) -> str:
    found = len([e for e in seen.of(counted.type) if _matches(e, counted.where)])
    if counted.exactly is not None:
        return _same(found, counted.exactly)
    plain = counted.at_least is None and counted.at_most is None
    least, most = (1 if plain else counted.at_least or 0), counted.at_most
    ok = found >= least and (most is None or found <= most)
    return "" if ok else f"there are {found}"


def _tools(seen: Seen, wanted: Sequence[str | Wanted]) -> str:
    calls = [call for event in seen.of(EventType.TOOL_CALLS) for call in event.data["toolCalls"]]
    names = [want if isinstance(want, str) else want.name for want in wanted]
    if [call["name"] for call in calls] != names:
        return _same([call["name"] for call in calls], names)
    for call, want in zip(calls, wanted, strict=True):
        if isinstance(want, Wanted) and want.arguments not in (None, call["arguments"]):
            return _same(call["arguments"], want.arguments)
    return ""


def _history(seen: Seen, wanted: Remembered) -> str:
    asked = seen.asked("model")
    index = wanted.request - 1 if wanted.request > 0 else wanted.request
    if not -len(asked) <= index < len(asked):
        return f"there were only {len(asked)} requests to a model"
    context = [f"{message.role}: {message.content}" for message in asked[index].messages]
    return _same(context[-len(wanted.ends_with) :], list(wanted.ends_with))


def _requests(seen: Seen, wanted: Asking) -> str:
    found = len([a for a in seen.asked(wanted.of) if wanted.member in (None, a.member)])
    return "" if wanted.at_least <= found <= wanted.at_most else f"there were {found}"


def _usage(seen: Seen, used: Used) -> str:
    found = [e.data["quantities"] for e in seen.of(EventType.USAGE) if e.data["component"] == used.component]
    return _in(sum(quantities.get(used.quantity, 0.0) for quantities in found), used.is_)


def _lasted(seen: Seen, window: Window) -> str:
    return _in(seen.ended_at, window)


def spoken(text: str) -> str:
    """What is left of a text in the air."""
    return "".join(filter(str.isalnum, text))


def _matches(event: Event, where: Json) -> bool:
    return all(event.data.get(name) == value for name, value in where.items())


def _list(texts: Texts) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def _same(found: object, wanted: object) -> str:
    return "" if found == wanted else f"is {found!r}, not {wanted!r}"


def _missing(texts: Sequence[str], said: str) -> str:
    return f"{list(texts)} is missing in {said!r}" if texts else ""


def _in(found: float, window: Window) -> str:
    least, most = window if isinstance(window, tuple) else (0.0, window)
    return "" if least - 1e-6 <= found <= most + 1e-6 else f"is {found:.3f}, not {least:g} to {most:g}"


CHECKS: dict[str, Callable[[Seen, Any], str]] = {
    "ended": _ended, "said": _said, "said_contains": _said_contains, "never_said": _never_said,
    "caller_said": _caller_said, "ears": _ears, "turns": _turns, "interruptions": _interruptions,
    "reply": _reply, "stops": _stops, "quiet": _quiet, "talking": _talking, "dead_air": _dead_air,
    "longest_gap": _longest_gap, "no_word_twice": _no_word_twice, "events": _events, "event": _event,
    "tools": _tools, "history": _history, "requests": _requests, "usage": _usage, "lasted": _lasted,
}  # fmt: skip
