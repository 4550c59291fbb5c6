"""A whole conversation in virtual time: a caller who follows a script, a session, and what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from voice_engine.kernel.clock import LoopClock
from voice_engine.kernel.events import Event, EventType
from voice_engine.providers.base import Message, ToolCall
from voice_engine.session.eventlog import EventLog
from voice_engine.session.recorder import Recorder
from voice_engine.session.session import Parts, Session
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import RATE, SimLlm, SimStt, SimTts, SimVad, speech
from voice_engine.speak.pacing import SLOT_S
from voice_engine.spec import (
    AssistantSpec,
    ModelSpec,
    SessionSpec,
    ToolSpec,
    TranscriberSpec,
    TransportSpec,
    VoiceSpec,
)


@dataclass(frozen=True)
class Says:
    """The caller says `text` from `at` for `seconds` of the session."""

    at: float
    text: str
    seconds: float


@dataclass
class Outcome:
    """Everything that can be known about a conversation afterwards."""

    reason: str
    events: list[Event]
    played: list[tuple[float, bytes]]
    flushed: list[float]
    stereo: bytes = b""

    def of(self, kind: EventType) -> list[Event]:
        """The events of one type, in order."""
        return [event for event in self.events if event.type is kind]

    def said(self, role: str) -> list[str]:
        """What `role` (user or bot) said, as the call will show it."""
        return [e.data["message"] for e in self.of(EventType.MESSAGE) if e.data["role"] == role]


class MemoryTransport:
    """Keeps what a session does to its person."""

    def __init__(self) -> None:
        self.played: list[tuple[float, bytes]] = []
        self.flushed: list[float] = []
        self.closed = ""

    def play(self, pcm: bytes) -> None:
        self.played.append((asyncio.get_running_loop().time(), pcm))

    def flush(self) -> None:
        self.flushed.append(asyncio.get_running_loop().time())

    def tell(self, event: Event) -> None:
        """Everything is in the event log already."""

    def close(self, reason: str) -> None:
        self.closed = reason


async def _no_server(_: ToolSpec, __: Sequence[ToolCall]) -> dict[str, str]:
    return {}


def assistant(**changes: Any) -> AssistantSpec:
    """A plain assistant to vary."""
    base = AssistantSpec(
        model=ModelSpec(provider="sim", messages=({"role": "system", "content": "你是助手。"},)),
        transcriber=TranscriberSpec(provider="sim", language="zh"),
        voice=VoiceSpec(provider="sim", language="zh"),
    )
    return base.model_copy(update=changes)


def _fine(_: Sequence[Message]) -> str:
    return "好的。"


@dataclass
class World:
    """One caller, one assistant, scripted vendors. The caller hangs up at `until` seconds."""

    says: Sequence[Says] = ()
    answer: Callable[[Sequence[Message]], str | Sequence[ToolCall]] = _fine
    spec: AssistantSpec = field(default_factory=assistant)
    until: float = 30.0
    stt: SimStt | None = None
    llm: SimLlm | None = None
    tts: SimTts = field(default_factory=SimTts)
    during: Callable[[Session], Awaitable[None]] | None = None

    def run(self) -> Outcome:
        """The conversation, in virtual time."""
        return run_virtual(self._run())

    async def _run(self) -> Outcome:
        clock, transport = LoopClock(), MemoryTransport()
        spec = SessionSpec(
            session_id="s", call_id="c", org_id="o", assistant=self.spec,
            transport=TransportSpec(sample_rate=RATE), created_at_ms=0,
        )  # fmt: skip
        log, blocks = EventLog("o", "c", "s", clock), bytearray()
        events: list[Event] = []
        log.subscribe(events.append)
        recorder = Recorder(None, RATE)
        recorder.subscribe(blocks.extend)
        stt = self.stt or SimStt([line.text for line in self.says])
        parts = Parts(stt, self.llm or SimLlm(self.answer), self.tts, SimVad())
        session = Session(spec, parts, transport, log, recorder, clock, _no_server)
        helpers = [asyncio.ensure_future(self._drive(session))]
        if self.during:
            helpers.append(asyncio.ensure_future(self.during(session)))
        reason = await session.run()
        for helper in helpers:
            helper.cancel()
        await asyncio.gather(*helpers, return_exceptions=True)
        return Outcome(reason, events, transport.played, transport.flushed, bytes(blocks))

    async def _drive(self, session: Session) -> None:
        """Caller sound in and the wheel's tick, every 20 ms."""
        loop, slot = asyncio.get_running_loop(), 0
        began = loop.time()
        while slot * SLOT_S < self.until:
            await asyncio.sleep(began + (slot + 1) * SLOT_S - loop.time())
            session.hear(self._sound(slot))
            session.tick()
            slot += 1
        session.end("customer-ended-call")

    def _sound(self, slot: int) -> bytes:
        at = slot * SLOT_S + SLOT_S / 2
        for number, line in enumerate(self.says):
            if line.at <= at < line.at + line.seconds:
                return speech(number, SLOT_S)
        return bytes(int(SLOT_S * RATE) * 2)
