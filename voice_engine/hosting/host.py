"""All sessions of one engine process: admits them, ticks them, ends them, keeps nothing of them."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from voice_engine import metrics
from voice_engine.blobs import LocalBlobs
from voice_engine.hosting.admission import Admission
from voice_engine.hosting.fairqueue import FairQueue
from voice_engine.hosting.masking import masked
from voice_engine.hosting.shipper import Shipper
from voice_engine.hosting.spool import SpooledSession, recording_key
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import Conflict, Unavailable, YingdaError
from voice_engine.kernel.events import Event, EventType
from voice_engine.listen.patience import FinalDelay
from voice_engine.servers.ask import Servers
from voice_engine.session import reasons
from voice_engine.session.eventlog import EventLog
from voice_engine.session.parts import Parts, Refer, Surroundings
from voice_engine.session.recorder import Recorder
from voice_engine.session.session import Session
from voice_engine.session.speculation import Odds
from voice_engine.session.transport import Transport
from voice_engine.speak.beds import Beds
from voice_engine.speak.cache import SpeechCache
from voice_engine.spec import SessionSpec
from voice_engine.think.tools.server import tool_access

CLOSE_DEADLINE_S = 5.0
QUEUE_S = 30.0
FEW_CALLS = 8

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class House:
    """What every session of this process is built from."""

    clock: Clock
    parts: Callable[[SessionSpec], Parts]
    shipper: Shipper
    blobs: LocalBlobs
    spool: Path
    servers: Servers  # of tenants
    slots: int
    queue: int = 0  # callers that may wait for a slot
    refer: Callable[[SessionSpec], Refer] | None = None  # how its control plane is asked for more members


@dataclass(eq=False, slots=True)
class Waiting:
    """Somebody in the queue. `turn` is done when it is theirs; `tell` learns each new place."""

    session_id: str
    turn: asyncio.Future[None]
    tell: Callable[[int], None]
    place: int = 0


class Host:
    """The living sessions, by call id."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._sessions: dict[str, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._delays: dict[str, FinalDelay] = defaultdict(FinalDelay)
        self._odds, self._cache, self._beds = Odds(), SpeechCache(), Beds(house.servers.allowed)
        self._admission = Admission()
        self._queue: FairQueue[Waiting] = FairQueue(house.queue)
        self._promised: set[str] = set()  # session ids that have been given a slot and not taken it yet
        self.draining = False
        self.changed = asyncio.Event()  # a session has come; whoever waits for it clears it

    @property
    def active(self) -> int:
        """How many sessions run now."""
        return len(self._sessions)

    @property
    def call_ids(self) -> list[str]:
        """Which calls run here now."""
        return list(self._sessions)

    @property
    def full(self) -> bool:
        """Whether another call would have to wait, or be refused."""
        taken = self.active + len(self._promised)
        return self.draining or self._overloaded or taken >= self._house.slots

    @property
    def _overloaded(self) -> bool:
        """With hardly any calls a wheel is late because of somebody else: refusing would help nobody."""
        return self._admission.overloaded and self.active >= FEW_CALLS

    @property
    def queue_room(self) -> int:
        """How many more callers may wait for a slot."""
        return 0 if self.draining else self._house.queue - len(self._queue)

    @property
    def refusing(self) -> bool:
        """Whether another call would be refused at once."""
        return self.full and not self.queue_room

    async def slot_for(self, spec: SessionSpec, tell: Callable[[int], None]) -> None:
        """Return when `spec` may be admitted; it must be, or `give_up`. `tell` learns the place in the queue,
        again whenever it changes.

        Organisations take turns. Raises Unavailable when there is no place to wait, or none became free in
        QUEUE_S.
        """
        if not self.full and not len(self._queue):
            return
        waiting = Waiting(spec.session_id, asyncio.get_running_loop().create_future(), tell)
        if self.draining or not self._queue.enter(spec.org_id, waiting):
            raise _engine_full()
        self._tell_places()
        try:
            async with asyncio.timeout(QUEUE_S):
                await waiting.turn
        except TimeoutError as error:
            self.give_up(spec)
            raise _engine_full() from error
        except asyncio.CancelledError:
            self.give_up(spec)
            raise
        finally:
            self._queue.leave(spec.org_id, waiting)
            self._tell_places()

    def _tell_places(self) -> None:
        for org_id, waiting in self._queue:
            place = self._queue.place_of(org_id, waiting)
            if place != waiting.place:
                waiting.place = place
                waiting.tell(place)

    def give_up(self, spec: SessionSpec) -> None:
        """Whoever waited for a slot is gone."""
        self._promised.discard(spec.session_id)
        self._serve_queue()

    def _serve_queue(self) -> None:
        free = self._house.slots - self.active - len(self._promised)
        while free > 0 and not self.draining and not self._overloaded:
            waiting = self._queue.next()
            if waiting is None:
                return
            if not waiting.turn.done():
                self._promised.add(waiting.session_id)  # now: whoever asks next must find it taken
                waiting.turn.set_result(None)
                free -= 1

    def returning(self, call_id: str) -> Session | None:
        """The session of a call whose caller was lost, noticed or not, and may come back."""
        session = self._sessions.get(call_id)
        return session if session and (session.missing_caller or session.unheard_of) else None

    def find(self, call_id: str) -> Session:
        """The running session of a call; raises Conflict when it does not run here."""
        session = self._sessions.get(call_id)
        if session is None:
            raise Conflict("call_not_live", "This call is not running; only a live call can be controlled.")
        return session

    def admit(self, spec: SessionSpec, transport: Transport) -> Session:
        """Start a session; raises Unavailable when full and ProviderError or BadRequest for its vendors."""
        if self.full and spec.session_id not in self._promised:
            raise _engine_full()
        self._promised.discard(spec.session_id)
        if spec.call_id in self._sessions:
            raise Conflict("call_already_live", "This call is already connected.")
        house = self._house
        spooled = SpooledSession(house.spool / spec.session_id)
        spooled.create(spec)
        ids = (spec.org_id, spec.call_id, spec.session_id)
        events = EventLog(*ids, house.clock, spooled.events_file)
        for listener in (metrics.observe, transport.tell, self._shipping(spec, spooled)):
            events.subscribe(listener)
        try:
            session = self._build(spec, transport, events, spooled)
        except Exception as error:  # boundary: a call that cannot begin must not stay open in the books
            _stillborn(events, error)
            raise
        self._sessions[spec.call_id] = session
        self.changed.set()
        task = asyncio.create_task(self._run(session), name=f"session-{spec.session_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return session

    def _build(
        self, spec: SessionSpec, transport: Transport, events: EventLog, spooled: SpooledSession
    ) -> Session:
        house, parts = self._house, self._house.parts(spec)
        file = spooled.recording_file if spec.assistant.recording else None
        around = Surroundings(
            tool_access(spec, house.servers),
            self._keeping(spec, spooled),
            self._odds,
            self._delays,
            self._cache,
            self._beds,
            lambda member: house.parts(spec.model_copy(update={"assistant": member})),
            **({"refer": house.refer(spec)} if house.refer else {}),
        )
        return Session(spec, parts, transport, events, Recorder(file, spec.transport.sample_rate), around)

    def tick(self, late_s: float = 0.0) -> None:
        """20 ms have passed. A session that throws is ended; the others do not notice."""
        self._admission.observe(late_s)
        if len(self._queue):
            self._serve_queue()
        for session in list(self._sessions.values()):
            try:
                session.tick()
            except Exception:  # boundary: one session on the shared wheel
                log.exception("tick_failed", call_id=session.spec.call_id)
                session.end(reasons.INTERNAL)

    async def drain(self, seconds: float) -> None:
        """Take no more calls and let the running ones finish, for so long."""
        self.draining = True
        self.changed.set()
        if self._tasks and seconds:
            log.info("draining", calls=self.active, seconds=seconds)
            await asyncio.wait(self._tasks, timeout=seconds)

    async def close(self, reason: str) -> None:
        """End every session and wait until their books are closed."""
        self.draining = True
        for session in list(self._sessions.values()):
            session.end(reason)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_DEADLINE_S)
        await self._cache.close()

    async def _run(self, session: Session) -> None:
        metrics.SESSIONS.inc()
        self._gauge()
        try:
            await session.run()
        except Exception:  # boundary: one session
            log.exception("session_failed", call_id=session.spec.call_id)
            session.abandon()
        finally:
            self._sessions.pop(session.spec.call_id, None)
            session.events.close()
            self._gauge()
            self._serve_queue()

    def _gauge(self) -> None:
        for gauge in (metrics.ACTIVE, metrics.ACTIVE_CALLS, metrics.PIPELINES):
            gauge.set(self.active)

    def _shipping(self, spec: SessionSpec, spooled: SpooledSession) -> Callable[[Event], None]:
        def ship(event: Event) -> None:
            last = event.type is EventType.SESSION_ENDED
            leaving = masked(event) if spec.masked else event
            self._house.shipper.ship(leaving, spooled.remove if last else None)

        return ship

    def _keeping(self, spec: SessionSpec, spooled: SpooledSession) -> Callable[[], str]:
        def keep() -> str:
            key = recording_key(spec)
            self._house.blobs.adopt(key, spooled.recording_file)
            return key

        return keep


def _engine_full() -> Unavailable:
    return Unavailable("engine_full", "This engine takes no more calls; create the call again.")


def _stillborn(events: EventLog, error: Exception) -> None:
    """The call ended before it began: say so, and why."""
    known = isinstance(error, YingdaError)
    events.emit(
        EventType.ERROR,
        code=error.code if isinstance(error, YingdaError) else "internal_error",
        message=error.message if isinstance(error, YingdaError) else "The conversation could not be started.",
        component="engine",
        provider=getattr(error, "vendor", "yingda"),
        fatal=True,
    )
    reason = reasons.NOT_STARTED if known else reasons.INTERNAL
    events.emit(EventType.SESSION_ENDED, endedReason=reason, durationS=0.0)
    events.close()
