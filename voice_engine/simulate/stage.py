"""Where a simulated conversation happens: a session on a memory transport, driven slot by slot."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from voice_engine.kernel.events import Event, EventType
from voice_engine.session.eventlog import EventLog
from voice_engine.session.parts import Parts, Refer, Surroundings, nobody_known
from voice_engine.session.recorder import Recorder
from voice_engine.session.session import Session
from voice_engine.simulate.parts import RATE
from voice_engine.speak.bed import OWN, Bed, own_bed
from voice_engine.speak.beds import Beds
from voice_engine.speak.cache import SpeechCache
from voice_engine.speak.pacing import SLOT_S
from voice_engine.spec import AssistantSpec, SessionSpec, SquadSpec, TransportSpec
from voice_engine.think.tools.base import AskServer, CallServer, ToolAccess, nobody_asked

CANNOT_BE_REACHED = "+8600000000"  # a transfer to this number is refused
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Outcome:
    """Everything that can be known about a conversation afterwards. Times are seconds of the session.

    `played` is what was handed to the wire and when; `flushed` when the wire was told to drop the rest, and
    `flushed_after` how many slots it had been handed by then.
    """

    reason: str
    events: list[Event]
    played: list[tuple[float, bytes]] = field(repr=False)
    flushed: list[float]
    flushed_after: list[int]
    stereo: bytes = field(default=b"", repr=False)

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
        self.flushed_after: list[int] = []
        self.closed = ""
        self._loop = asyncio.get_running_loop()

    def play(self, pcm: bytes) -> None:
        self.played.append((self._loop.time(), pcm))

    def flush(self) -> None:
        self.flushed.append(self._loop.time())
        self.flushed_after.append(len(self.played))

    def transfer(self, destination: dict[str, Any]) -> str:
        return "This line cannot transfer." if destination.get("number") == CANNOT_BE_REACHED else ""

    def send_message(self, message: dict[str, Any]) -> str:
        return "This line carries no messages."

    def press(self, digits: str) -> str:
        return ""

    def tell(self, event: Event) -> None:
        """Everything is in the event log already."""

    def close(self, reason: str) -> None:
        self.closed = reason


class Caller(Protocol):
    """The person at the other end."""

    def sound(self, slot: int) -> bytes:
        """What they let be heard in a slot of 20 ms; empty while their connection is lost."""
        ...

    def act(self, session: Session, now: float) -> bool:
        """Called once a slot, after its sound; False when they have hung up."""
        ...

    def notice(self, event: Event) -> None:
        """Something happened in the conversation."""
        ...


@dataclass
class Stage:
    """One conversation, to be run under the virtual loop. Without `record` no stereo sound is kept."""

    spec: AssistantSpec
    parts: Parts
    caller: Caller
    call_server: CallServer
    during: Callable[[Session], Awaitable[None]] | None = None
    record: bool = True
    squad: SquadSpec | None = None
    ask: AskServer = nobody_asked  # the customer's server, for anything but tool calls
    refer: Refer = nobody_known  # the control plane, for members who are not in the spec
    stand_in: Callable[[AssistantSpec], Parts] | None = None  # the vendors of whoever takes over; the same

    async def run(self) -> Outcome:
        """From the first slot to the end of the session's books."""
        clock, transport = _LoopTime(), MemoryTransport()
        events: list[Event] = []
        log, blocks = EventLog("o", "c", "s", clock), bytearray()
        log.subscribe(events.append)
        log.subscribe(self.caller.notice)
        recorder = Recorder(None, RATE) if self.record else _Deaf(None, RATE)
        recorder.subscribe(blocks.extend)
        around = Surroundings(
            ToolAccess(self.call_server, self.ask), cache=SpeechCache(), beds=_OwnBeds(),
            parts_for=self.stand_in or (lambda _: self.parts), refer=self.refer,
        )  # fmt: skip
        session = Session(self._spec(), self.parts, transport, log, recorder, around)
        wheel = _Wheel(session, self.caller)
        helpers = [wheel.stopped]
        if self.during:
            helpers.append(asyncio.ensure_future(self.during(session)))
        reason = await session.run()
        for helper in helpers:
            helper.cancel()
        for failure in await asyncio.gather(*helpers, return_exceptions=True):
            if isinstance(failure, Exception):
                raise failure
        wire = transport
        return Outcome(reason, events, wire.played, wire.flushed, wire.flushed_after, bytes(blocks))

    def _spec(self) -> SessionSpec:
        return SessionSpec(
            session_id="s", call_id="c", org_id="o", assistant=self.spec, squad=self.squad,
            transport=TransportSpec(sample_rate=RATE), created_at_ms=0,
        )  # fmt: skip


class _LoopTime:
    """The virtual loop's clock: every conversation begins at the same moment of the calendar."""

    def __init__(self) -> None:
        self.now = asyncio.get_running_loop().time

    def wall(self) -> datetime:
        """The calendar time, UTC."""
        return datetime.fromtimestamp(EPOCH.timestamp() + self.now(), UTC)


class _Wheel:
    """Caller sound in and the session's tick, every 20 ms, until the caller hangs up."""

    def __init__(self, session: Session, caller: Caller) -> None:
        self._session, self._caller = session, caller
        self._loop = asyncio.get_running_loop()
        self._began, self._slot = self._loop.time(), 0
        self.stopped: asyncio.Future[None] = self._loop.create_future()
        self._next()

    def _next(self) -> None:
        self._loop.call_at(self._began + (self._slot + 1) * SLOT_S, self._turn)

    def _turn(self) -> None:
        session, caller = self._session, self._caller
        if self.stopped.done():
            return
        try:
            if sound := caller.sound(self._slot):
                session.hear(sound)
            session.tick()
            self._slot += 1
            there = caller.act(session, self._loop.time() - self._began)
        except Exception as error:  # noqa: BLE001 - boundary: whoever plays the conversation gets it
            self.stopped.set_exception(error)
            there = False
        if there:
            self._next()
        else:
            session.end("customer-ended-call")


class _OwnBeds(Beds):
    """Ours only, and made on the spot: what a thread does has no place in virtual time."""

    async def get(self, background: str, rate: int) -> Bed | None:
        return own_bed(background, rate) if background in OWN else None


class _Deaf(Recorder):
    """Keeps nothing: building a recording costs a third of a simulated conversation."""

    def caller(self, pcm: bytes) -> None: ...
    def agent(self, slot: object) -> None: ...
    def write(self, now: float) -> None: ...
    def close(self, now: float) -> None: ...
