"""A conversation drawn as lanes of text: who is heard when, and what happens."""

import itertools
from collections.abc import Iterable, Iterator
from unicodedata import east_asian_width

from voice_engine.kernel.events import Event, EventType
from voice_engine.simulate.seen import Seen

_TOGETHER_S = 0.015  # what happens so close together stands in one row
_BAR = "│"
_SHOWN = {
    EventType.TURN_STARTED: lambda d: f"turn {d['turn']} decided: {d['text']}",
    EventType.SPEECH_STOPPED: lambda d: "" if d["role"] == "assistant" else "silence noticed",
    EventType.TURN_ENDED: lambda d: f"turn {d['turn']} over{_latency(d)}",
    EventType.USER_INTERRUPTED: lambda d: f"INTERRUPTED, heard: {d['heard']}",
    EventType.MODEL_OUTPUT: lambda d: f"clause: {d['text']}",
    EventType.TOOL_CALLS: lambda d: "tools: " + ", ".join(call["name"] for call in d["toolCalls"]),
    EventType.TOOL_RESULTS: lambda d: "results: " + ", ".join(str(r.get("result")) for r in d["results"]),
    EventType.ERROR: lambda d: f"ERROR {d['component']}: {d['code']}",
    EventType.SESSION_ENDED: lambda d: f"ended: {d['endedReason']}",
}
_WIDE, _NARROW = 26, 72


def drawn(seen: Seen) -> str:
    """Time runs downwards, a row for each moment at which something begins, ends or happens."""
    head = f"{'ms':>6} {_BAR} {_cell('caller', _WIDE)} {_BAR} {_cell('agent', _WIDE)} {_BAR} events"
    return "\n".join([head, *_rows(seen)])


def _rows(seen: Seen) -> Iterator[str]:
    told = [(event.t, text) for event in seen.events if (text := _told(event))]
    chars = [pair for sound in seen.voice for pair in sound.chars]
    moments = sorted(_moments(seen, [at for at, _ in told]))
    for begin, end in itertools.pairwise([*moments, seen.ended_at + 1]):
        agent = "".join(char for at, char in chars if begin <= at < end)
        talking = any(s.begin < end - _TOGETHER_S and s.end > begin + _TOGETHER_S for s in seen.voice)
        first, *more = [text for at, text in told if begin <= at < end] or [""]
        yield _row(f"{begin * 1000:.0f}", _caller(seen, begin, end), agent or "┃" * talking, first)
        yield from (_row("", "", "┃" * talking, text) for text in more)


def _moments(seen: Seen, told: Iterable[float]) -> Iterator[float]:
    edges = [at for done in seen.notes.done for at in (done.begin, done.end)]
    edges += [at for sound in seen.voice for at in (sound.begin, sound.end)]
    last = -1.0
    for at in sorted([*told, *edges]):
        if at - last > _TOGETHER_S:
            yield at
            last = at


def _caller(seen: Seen, begin: float, end: float) -> str:
    """What the caller begins to say or do in a row; a bar where they go on."""
    for done in seen.notes.done:
        if begin <= done.begin < end:
            return f"{done.text or '~'}" if done.what == "say" else f"<{done.what} {done.text}>"
    on = any(d.begin < begin and d.end > begin + _TOGETHER_S for d in seen.notes.done)
    return "┃" * on


def _row(at: str, caller: str, agent: str, text: str) -> str:
    line = f"{at:>6} {_BAR} {_cell(caller, _WIDE)} {_BAR} {_cell(agent, _WIDE)} {_BAR} {_cut(text, _NARROW)}"
    return line.rstrip()


def _told(event: Event) -> str:
    if event.type is EventType.TRANSCRIPT and event.data["final"]:
        return f"recognised: {event.data['text']}"
    show = _SHOWN.get(event.type)
    text = show(event.data) if show else ""
    return f"{event.t * 1000:.0f} {text}" if text else ""


def _latency(data: dict[str, object]) -> str:
    cut = ", cut off" if data["interrupted"] else ""
    return cut if data["mouthToEarMs"] is None else f"{cut}, mouth to ear {data['mouthToEarMs']} ms"


def _cell(text: str, width: int) -> str:
    """Padded to so many columns; a Chinese character takes two."""
    text = _cut(text, width)
    return text + " " * (width - _columns(text))


def _cut(text: str, width: int) -> str:
    if _columns(text) <= width:
        return text
    while _columns(text) > width - 1:
        text = text[:-1]
    return text + "…"


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
