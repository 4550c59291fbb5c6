"""What a G.711 leg costs without its socket: decoding, the line, playout and encoding, by processor time.

Sessions are the real ones, on a clock that runs as fast as it can.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from voice_engine.session.eventlog import EventLog
from voice_engine.session.parts import Parts, Surroundings
from voice_engine.session.recorder import Recorder
from voice_engine.session.session import Session
from voice_engine.speak.pacing import SLOT_S
from voice_engine.spec import SessionSpec
from voice_engine.think.tools.base import ToolAccess
from voice_engine.transports.websocket import JsonSocket, Line

WARM_UP_S = 2.0


class StepClock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


class Leg:
    """One session and its line, whose socket leads nowhere."""

    def __init__(self, spec: SessionSpec, parts: Parts, clock: StepClock) -> None:
        rate = spec.transport.sample_rate
        self._line = Line(spec.transport, JsonSocket(clock), lambda event: [])
        events = EventLog(spec.org_id, spec.call_id, spec.session_id, clock)
        around = Surroundings(ToolAccess(_no_tools))
        self.session = Session(spec, parts, self._line, events, Recorder(None, rate), around)

    def step(self, sound: bytes) -> None:
        """20 ms, both ways."""
        self.session.hear(self._line.decode(sound))
        self.session.tick()


async def _no_tools(*asked: Any, **more: Any) -> Any:
    raise LookupError("a leg has no tools")


async def core_percent_per_leg(specs: list[SessionSpec], parts: Parts, sound: bytes, seconds: float) -> float:
    """Percent of one core that each of these legs would take in real time."""
    clock = StepClock()
    legs = [Leg(spec, parts, clock) for spec in specs]
    running = [asyncio.create_task(leg.session.run()) for leg in legs]
    await _steps(legs, clock, sound, WARM_UP_S)
    began = time.process_time()
    await _steps(legs, clock, sound, seconds)
    took = time.process_time() - began
    for leg in legs:
        leg.session.end("measured")
    await asyncio.gather(*running)
    return took / seconds / len(legs) * 100


async def _steps(legs: list[Leg], clock: StepClock, sound: bytes, seconds: float) -> None:
    for _ in range(round(seconds / SLOT_S)):
        await asyncio.sleep(0)
        clock.seconds += SLOT_S
        for leg in legs:
            leg.step(sound)
