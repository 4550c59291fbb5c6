"""The ordered event log of a session. Transcript, usage, metrics and webhooks derive from it alone.

Each event is appended to `events.jsonl` in the session's spool directory before anyone hears of it, so a
killed process loses nothing that was announced.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from voice_engine.kernel.clock import Clock, epoch_ms
from voice_engine.kernel.events import Event, EventType

OnEvent = Callable[[Event], None]


class EventLog:
    """Numbers, stamps, stores and announces the events of one session; without `path` in memory only.

    It keeps the session's time: whoever needs it asks here.
    """

    def __init__(
        self, org_id: str, call_id: str, session_id: str, clock: Clock, path: Path | None = None
    ) -> None:
        self._ids = (org_id, call_id, session_id)
        self.org_id = org_id
        self._clock = clock
        self._started = clock.now()
        self._seq = 0
        self._listeners: list[OnEvent] = []
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if path else -1

    def begin(self) -> None:
        """The session begins now: from here on its seconds count."""
        self._started = self._clock.now()

    def now(self) -> float:
        """Seconds of the session."""
        return self._clock.now() - self._started

    def unix_ms(self, at: float) -> int:
        """Unix time, in milliseconds, at which the session was `at` seconds old."""
        return epoch_ms(self._clock.wall()) + round((at - self.now()) * 1000)

    def subscribe(self, listener: OnEvent) -> None:
        """Hear every later event."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: OnEvent) -> None:
        """Hear no more."""
        self._listeners.remove(listener)

    def emit(self, kind: EventType, **data: Any) -> Event:
        """Record one fact."""
        self._seq += 1
        event = Event(kind, *self._ids, self._seq, epoch_ms(self._clock.wall()), self.now(), data)
        if self._fd >= 0:
            os.write(self._fd, event.to_json() + b"\n")
        for listener in list(self._listeners):
            listener(event)
        return event

    def close(self) -> None:
        """No more events."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def read(path: Path) -> list[Event]:
    """The events of a spooled session; a last line cut off by a crash is left out."""
    events = []
    for line in path.read_bytes().splitlines():
        try:
            events.append(Event.from_json(line))
        except (ValueError, KeyError):
            break
    return events
