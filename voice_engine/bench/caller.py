"""Callers who measure what they hear: N of them in one process, on one 20 ms timer."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from voice_engine.bench.plan import Plan

SLOT_S = 0.02
GAP_S = 0.04  # the player has run dry for this long in mid-reply
INTERRUPT_AFTER_S = 1.5


@dataclass
class Heard:
    """Seconds, measured at the caller's ear."""

    mouth_to_ear: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    replies: int = 0
    gaps: int = 0
    stale: int = 0
    missed: int = 0
    worst_tick: float = 0.0  # how late our own timer was: more than 0.1 means that the machine stood still


class Caller(WSListener):
    """Asks, listens, sometimes interrupts, and plays what it gets on a clock."""

    def __init__(self, plan: Plan, question: list[bytes], heard: Heard, now: Callable[[], float]) -> None:
        self._plan, self._question, self._heard, self._now = plan, question, heard, now
        self._silence = bytes(int(plan.rate * SLOT_S) * 2)
        self._random = random.Random(id(self))
        self._socket: WSTransport | None = None
        self._next_turn = now() + self._random.uniform(1, plan.turn / 2)
        self._speaking: list[bytes] = []
        self._asked_at: float | None = None
        self._interrupt_at: float | None = None
        self._interrupted_at: float | None = None
        self._last_sound: float | None = None
        self._played_until = 0.0
        self._dry = False
        self.counting = False

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._socket = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        now = self._now()
        if frame.msg_type == WSMsgType.TEXT:
            if b'"clear"' in frame.get_payload_as_bytes():
                self._stopped(now)
        elif frame.msg_type == WSMsgType.BINARY:
            self._sound(now)

    def tick(self) -> None:
        """Send the next 20 ms."""
        if self._socket is None or self._socket.is_disconnected:
            return
        now = self._now()
        self._plan_turn(now)
        pcm = self._speaking.pop(0) if self._speaking else self._silence
        self._socket.send(WSMsgType.BINARY, pcm)
        if pcm is not self._silence and not self._speaking and self._interrupted_at is None:
            self._asked_at = now

    def _plan_turn(self, now: float) -> None:
        if self._interrupt_at and now >= self._interrupt_at:
            self._interrupt_at, self._interrupted_at = None, now
            self._speaking = list(self._question[:40])
        elif now >= self._next_turn and not self._speaking:
            if self._asked_at is not None and self.counting:
                self._heard.missed += 1
            self._next_turn = now + self._plan.turn
            self._asked_at = self._interrupted_at = self._last_sound = None
            self._speaking = list(self._question)

    def _sound(self, now: float) -> None:
        if self._asked_at is not None:
            self._answered(now - self._asked_at, now)
        elif self._last_sound is not None and self.counting:
            dry = now > self._played_until + GAP_S and now - self._last_sound < 1
            if dry and not self._dry:
                self._heard.gaps += 1
                self._dry = True
        self._last_sound = now
        self._played_until = max(self._played_until, now) + SLOT_S

    def _answered(self, latency: float, now: float) -> None:
        self._asked_at, self._dry = None, False
        self._played_until = now
        if self.counting:
            self._heard.replies += 1
            self._heard.mouth_to_ear.append(latency)
        if self._random.random() < self._plan.interrupted_share:
            self._interrupt_at = now + INTERRUPT_AFTER_S

    def _stopped(self, now: float) -> None:
        if self._interrupted_at is not None and self._last_sound is not None and self.counting:
            self._heard.stops.append(max(0.0, self._last_sound - self._interrupted_at))
        self._interrupted_at, self._last_sound = None, None
        self._played_until = now


async def call_all(
    urls: list[str], plan: Plan, question: list[bytes], when_warm: Callable[[], None]
) -> Heard:
    """Run all callers for the plan's time; `when_warm` is called when counting begins."""
    loop = asyncio.get_running_loop()
    heard = Heard()
    callers = []
    for url in urls:
        caller = Caller(plan, question, heard, loop.time)
        await ws_connect(lambda caller=caller: caller, url)
        callers.append(caller)
    began = loop.time()
    counting, due = False, began
    while loop.time() - began < plan.warm_up + plan.duration:
        for caller in callers:
            caller.tick()
        if not counting and loop.time() - began > plan.warm_up:
            counting = True
            when_warm()
            for caller in callers:
                caller.counting = True
        if counting:
            heard.worst_tick = max(heard.worst_tick, loop.time() - due)
        due += SLOT_S
        await asyncio.sleep(max(0.0, due - loop.time()))
    return heard
