"""The events of a recorded call on one clock, whose zero is the moment the session started to listen."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from voice_engine.kernel.events import Event, EventType

Json = dict[str, Any]
_SECONDS = ("atS", "secondsFromStart", "durationS")


def on_one_clock(events: Sequence[Event]) -> list[Event]:
    """The same events, `t` and the seconds in their data counted from session.started.

    An event is stamped by the log's clock, which begins with the call; its data by the session's, which
    begins when its vendors are at hand. Both know when the session ended.
    """
    begun = next((e.t for e in events if e.type is EventType.SESSION_STARTED), 0.0)
    ended = next((e for e in events if e.type is EventType.SESSION_ENDED), None)
    apart = ended.t - ended.data["durationS"] if ended else 0.0
    return [
        replace(event, t=max(0.0, event.t - begun), data=_moved(event.data, begun - apart))
        for event in events
    ]


def _moved(data: Json, by: float) -> Json:
    moved = {name: round(data[name] - by, 4) for name in _SECONDS if name in data}
    if "marks" in data:
        moved["marks"] = {name: round(at - by, 4) for name, at in data["marks"].items()}
    return data | moved
