"""An organisation's events → rows: each exactly once and in order, however often and in any order they come.

An event is stored under (session, seq) and applied in the same transaction. What comes too early is stored
and waits for its predecessors; what will never come is given up after a while. Sessions share a transaction
as long as all goes well; if one event breaks it, each session gets its own, and each event a savepoint: the
event that fails is marked and passed over.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import exc

from api.db.tx import TenantSession
from api.jobs import event_log, metrics
from api.jobs.context import Jobs
from api.jobs.event_log import Cursor
from api.jobs.registry import LISTENERS, Batch
from voice_engine.kernel import log
from voice_engine.kernel.events import Event
from voice_engine.kernel.fault import said

PATIENCE = timedelta(seconds=30)  # how long a missing event is waited for
Sessions = Mapping[tuple[str, str], Sequence[Event]]  # (call, session) → its events
_log = log.get("events")


def apply(jobs: Jobs, org_id: str, sessions: Sessions) -> set[tuple[str, str]]:
    """Apply events of one organisation; the sessions whose call does not exist (any more).

    Raises SQLAlchemy's OperationalError or InterfaceError when the database is away: try again later.
    """
    try:
        return _apply(jobs, org_id, sessions, careful=False)
    except Exception as error:  # boundary: a poisoned batch is applied event by event
        if is_outage(error):
            raise
    unknown: set[tuple[str, str]] = set()
    for key, events in sessions.items():
        unknown |= _apply(jobs, org_id, {key: events}, careful=True)
    return unknown


def is_outage(error: Exception) -> bool:
    """Whether the database, not the event, is to blame."""
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError)


def give_up_waiting(jobs: Jobs, org_id: str, call_id: str, session_id: str) -> None:
    """Pass over events that did not come within PATIENCE, and apply those behind them."""
    with jobs.transaction(org_id) as session:
        cursor = event_log.lock(session, org_id, [(call_id, session_id)]).get(session_id)
        if cursor is None or cursor.waiting_since is None:
            return
        behind = event_log.stored(session, session_id, cursor.applied_seq)
        if not behind or jobs.clock.wall() - cursor.waiting_since < PATIENCE:
            return
        first, last = cursor.applied_seq + 1, behind[0].seq - 1
        _log.warning("events_missing", call_id=call_id, session_id=session_id, first=first, last=last)
        cursor.applied_seq = last
        _Application(jobs, session, org_id, careful=True).advance(cursor)
        event_log.save(session, org_id, [cursor])


def _apply(jobs: Jobs, org_id: str, sessions: Sessions, *, careful: bool) -> set[tuple[str, str]]:
    with jobs.transaction(org_id) as session:
        cursors = event_log.lock(session, org_id, sessions)
        known = {key: events for key, events in sessions.items() if key[1] in cursors}
        application = _Application(jobs, session, org_id, careful=careful)
        fresh = application.store(known)
        for (_, session_id), events in fresh.items():
            application.take(cursors[session_id], events)
        event_log.save(session, org_id, [cursors[session_id] for _, session_id in fresh])
    return set(sessions) - set(known)


class _Application:
    """The inside of one transaction. `careful` gives every event a savepoint of its own."""

    def __init__(self, jobs: Jobs, session: TenantSession, org_id: str, *, careful: bool) -> None:
        self._jobs, self._session, self._org_id, self._careful = jobs, session, org_id, careful

    def store(self, sessions: Sessions) -> dict[tuple[str, str], list[Event]]:
        """Insert the events; per session those that are new, in order. Refused ones count as new."""
        once = {(e.session_id, e.seq): e for events in sessions.values() for e in events}
        fresh = (
            self._stored_one_by_one(once) if self._careful else event_log.store(self._session, once.values())
        )
        found: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for place in sorted(fresh):
            found[once[place].call_id, place[0]].append(once[place])
        return found

    def take(self, cursor: Cursor, fresh: list[Event]) -> None:
        """Apply new events of one session, and what they let go on."""
        late = [event for event in fresh if event.seq <= cursor.applied_seq]
        if late:
            self._hear(cursor, late, late=True)
        new = fresh[len(late) :]
        begin = cursor.applied_seq + 1
        in_order = [e.seq for e in new] == list(range(begin, begin + len(new)))
        if in_order and cursor.waiting_since is None and not self._careful:
            cursor.applied_seq += len(new)
            self._hear(cursor, new)
        elif new:
            self.advance(cursor)

    def advance(self, cursor: Cursor) -> None:
        """Apply what follows the cursor without a gap, and note whether something waits behind one."""
        behind = event_log.stored(self._session, cursor.session_id, cursor.applied_seq)
        following = [row for number, row in enumerate(behind, cursor.applied_seq + 1) if row.seq == number]
        if following:
            cursor.applied_seq = following[-1].seq
            self._hear(cursor, [row.event() for row in following if row.error is None])
        if len(behind) == len(following):
            cursor.waiting_since = None
        elif following or cursor.waiting_since is None:
            cursor.waiting_since = self._session.now()

    def _stored_one_by_one(self, once: Mapping[tuple[str, int], Event]) -> set[tuple[str, int]]:
        fresh: set[tuple[str, int]] = set()
        for place, event in once.items():
            try:
                with self._session.begin_nested():
                    fresh |= event_log.store(self._session, [event])
            except Exception as error:  # noqa: BLE001 - boundary: see `apply`
                self._refuse(event, error)
                fresh.add(place)
        return fresh

    def _hear(self, cursor: Cursor, events: list[Event], *, late: bool = False) -> None:
        """Every listener hears these events; `late` ones have successors that were heard before."""
        if not events:
            return
        if not self._careful:
            self._tell(cursor, events, cursor.applied_seq, late)
            return
        for event in events:
            try:
                with self._session.begin_nested():
                    self._tell(cursor, [event], cursor.applied_seq if late else event.seq, late)
            except Exception as error:  # noqa: BLE001 - boundary: see `apply`
                self._refuse(event, error)

    def _tell(self, cursor: Cursor, events: list[Event], reached: int, late: bool) -> None:
        def history() -> list[Event]:
            self._session.flush()
            return event_log.history(self._session, cursor.call_id, {cursor.session_id: reached})

        batch = Batch(self._jobs, self._session, self._org_id, cursor.call_id, events, late, history)
        for listener in LISTENERS:
            listener(batch)
        self._session.flush()
        for event in events:
            metrics.events_applied.labels(event.type.value).inc()

    def _refuse(self, event: Event, error: Exception) -> None:
        if is_outage(error):
            raise error
        event_log.store_refused(self._session, event, said(error))
        metrics.events_refused.labels("failed").inc()
        _log.error(
            "event_refused", call_id=event.call_id, session_id=event.session_id, seq=event.seq,
            type=event.type.value, exc_info=error,
        )  # fmt: skip
