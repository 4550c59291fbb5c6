"""Events of one session → rows: each exactly once and in order, however often and in any order they come.

An event is stored under (session, seq) and applied in the same transaction. What comes too early is stored
and waits for its predecessors; what will never come is given up after a while. Applying an event can fail for
its own reasons only once: it is then marked and passed over.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exc

from api.db.tx import TenantSession
from api.jobs import event_log, metrics
from api.jobs.context import Jobs
from api.jobs.event_log import CallEventRow, CallSessionRow
from api.jobs.registry import LISTENERS, Batch
from voice_engine.kernel import log
from voice_engine.kernel.events import Event

PATIENCE = timedelta(seconds=30)  # how long a missing event is waited for
_log = log.get("events")


def apply(jobs: Jobs, events: Sequence[Event]) -> bool:
    """Apply events of one session; False when their call does not exist (any more).

    Raises SQLAlchemy's OperationalError or InterfaceError when the database is away: try again later.
    """
    try:
        return _apply(jobs, events, careful=False)
    except Exception as error:
        if is_outage(error):
            raise
        return _apply(jobs, events, careful=True)


def is_outage(error: Exception) -> bool:
    """Whether the database, not the event, is to blame."""
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError)


def give_up_waiting(jobs: Jobs, org_id: str, call_id: str, session_id: str) -> None:
    """Pass over events that did not come within PATIENCE, and apply those behind them."""
    with jobs.transaction(org_id) as session:
        if not event_log.lock_call(session, org_id, call_id):
            return
        cursor = event_log.cursor(session, org_id, call_id, session_id)
        behind = event_log.stored(session, session_id, cursor.applied_seq)
        now = jobs.clock.wall()
        if cursor.waiting_since is None or now - cursor.waiting_since < PATIENCE or not behind:
            return
        first, last = cursor.applied_seq + 1, behind[0].seq - 1
        _log.warning("events_missing", call_id=call_id, session_id=session_id, first=first, last=last)
        cursor.applied_seq = last
        _Application(jobs, session, cursor, careful=True).advance()


def _apply(jobs: Jobs, events: Sequence[Event], *, careful: bool) -> bool:
    first = events[0]
    with jobs.transaction(first.org_id) as session:
        if not event_log.lock_call(session, first.org_id, first.call_id):
            return False
        cursor = event_log.cursor(session, first.org_id, first.call_id, first.session_id)
        application = _Application(jobs, session, cursor, careful=careful)
        fresh = application.store(events)
        late = [e for e in events if e.seq in fresh and e.seq <= cursor.applied_seq]
        if late:
            application.hear(sorted(late, key=lambda e: e.seq), late=True)
        application.advance()
    return True


class _Application:
    """The inside of one transaction. `careful` gives every event a savepoint of its own."""

    def __init__(self, jobs: Jobs, session: TenantSession, cursor: CallSessionRow, *, careful: bool) -> None:
        self._jobs, self._session, self._cursor, self._careful = jobs, session, cursor, careful

    def store(self, events: Sequence[Event]) -> set[int]:
        """The numbers that are new."""
        once = {event.seq: event for event in events}
        if not self._careful:
            return event_log.store(self._session, once.values())
        fresh = set()
        for event in once.values():
            try:
                with self._session.begin_nested():
                    fresh |= event_log.store(self._session, [event])
            except Exception as error:  # noqa: BLE001 - boundary: see `apply`
                self._refuse(event, error)
        return fresh

    def advance(self) -> None:
        """Apply what follows the cursor without a gap, and note whether something waits behind one."""
        behind = event_log.stored(self._session, self._cursor.session_id, self._cursor.applied_seq)
        next_seq = self._cursor.applied_seq + 1
        following: list[CallEventRow] = []
        for row in behind:
            if row.seq != next_seq + len(following):
                break
            following.append(row)
        if following:
            self._cursor.applied_seq = following[-1].seq
            self.hear([row.event() for row in following if row.error is None])
        waiting = len(behind) > len(following)
        if not waiting:
            self._cursor.waiting_since = None
        elif following or self._cursor.waiting_since is None:
            self._cursor.waiting_since = self._session.now()

    def hear(self, events: list[Event], *, late: bool = False) -> None:
        """Every listener hears these events; `late` ones have successors that were heard before."""
        if not events:
            return
        if not self._careful:
            self._tell(events, self._cursor.applied_seq)
            return
        for event in events:
            try:
                with self._session.begin_nested():
                    self._tell([event], self._cursor.applied_seq if late else event.seq)
            except Exception as error:  # noqa: BLE001 - boundary: see `apply`
                self._refuse(event, error)

    def _tell(self, events: list[Event], reached: int) -> None:
        call_id, session_id = self._cursor.call_id, self._cursor.session_id

        def history() -> list[Event]:
            return event_log.history(self._session, call_id, {session_id: reached})

        batch = Batch(self._jobs, self._session, self._cursor.org_id, call_id, events, history)
        for listener in LISTENERS:
            listener(batch)
        self._session.flush()
        for event in events:
            metrics.events_applied.labels(event.type.value).inc()

    def _refuse(self, event: Event, error: Exception) -> None:
        if is_outage(error):
            raise error
        sentence = f"{type(error).__name__}: {error}"[:500].replace("\x00", "")
        event_log.store_refused(self._session, event, sentence)
        metrics.events_refused.labels("failed").inc()
        _log.error(
            "event_refused", call_id=event.call_id, session_id=event.session_id, seq=event.seq,
            type=event.type.value, exc_info=error,
        )  # fmt: skip
