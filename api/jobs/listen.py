"""`python -m api.jobs.listen`: the engine's events become rows.

Read a batch, apply it session by session, acknowledge what is committed. What dies between commit and
acknowledgement is delivered again and recognised. When Redis or PostgreSQL is away, wait and go on.
"""

import os
import signal
import socket
import threading
from collections import defaultdict
from collections.abc import Sequence
from types import FrameType

import redis
from sqlalchemy import exc, text

from api.jobs import apply, metrics, registry
from api.jobs.context import Jobs, open_jobs
from api.jobs.stream import Entry, EventStream, parse
from voice_engine.kernel import log
from voice_engine.kernel.events import Event
from voice_engine.kernel.fault import said

BATCH = 500
BLOCK_MS = 2_000  # also how long a stop may take when nothing happens
HOUSEKEEPING_S = 5.0
_LONGEST_PAUSE_S = 5.0
_Sessions = dict[tuple[str, str], list[tuple[Entry, Event]]]
_log = log.get("events")


class Listen:
    """One consumer. `step` is one round; `run` repeats it until `stop`."""

    def __init__(self, jobs: Jobs, consumer: str) -> None:
        self._jobs = jobs
        self._stream = EventStream(jobs.redis, consumer)
        self._open = False
        self._next_housekeeping = 0.0
        self._stop = threading.Event()

    def stop(self) -> None:
        """Finish the round and return from `run`."""
        self._stop.set()

    def run(self) -> None:
        """Until stopped. Redis and PostgreSQL may come and go."""
        pause = 0.1
        while not self._stop.is_set():
            try:
                self.step(BLOCK_MS)
                pause = 0.1
            except (redis.RedisError, exc.DBAPIError, exc.TimeoutError) as error:
                _log.warning("events_paused", why=said(error), pause_s=round(pause, 1))
                self._open = False
                self._stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)

    def step(self, block_ms: int) -> int:
        """One round: how many entries were settled. Raises when Redis or PostgreSQL is away."""
        if not self._open:
            self._stream.open()
            self._drain()
            self._open = True
        settled = self._housekeeping()
        return settled + self._settle(self._stream.unread(BATCH, block_ms))

    def _drain(self) -> None:
        """What this consumer has read before a failure and not acknowledged."""
        while entries := self._stream.unfinished(BATCH):
            self._settle(entries)

    def _housekeeping(self) -> int:
        now = self._jobs.clock.now()
        if now < self._next_housekeeping:
            return 0
        self._next_housekeeping = now + HOUSEKEEPING_S
        metrics.events_waiting.set(self._stream.length())
        settled = 0
        while entries := self._stream.orphans(BATCH):
            _log.info("events_taken_over", count=len(entries))
            settled += self._settle(entries)
        self._give_up_waiting()
        return settled

    def _give_up_waiting(self) -> None:
        since = self._jobs.clock.wall() - apply.PATIENCE
        with self._jobs.engine.connect() as connection:
            statement = text("SELECT session_id, org_id, call_id FROM waiting_sessions(:since)")
            waiting = connection.execute(statement, {"since": since}).all()
        for session_id, org_id, call_id in waiting:
            apply.give_up_waiting(self._jobs, org_id, call_id, session_id)

    def _settle(self, entries: Sequence[Entry]) -> int:
        """Apply entries, one organisation after the other, and acknowledge what is committed."""
        for org_id, sessions in self._sorted(entries).items():
            events = {key: [event for _, event in group] for key, group in sessions.items()}
            for unknown in apply.apply(self._jobs, org_id, events):
                lost = [entry for entry, _ in sessions[unknown]]
                metrics.events_refused.labels("unknown_call").inc(len(lost))
                self._stream.bury(lost, "There is no such call (any more).")
            self._stream.done([entry.id for group in sessions.values() for entry, _ in group])
        return len(entries)

    def _sorted(self, entries: Sequence[Entry]) -> dict[str, _Sessions]:
        groups: dict[str, _Sessions] = defaultdict(lambda: defaultdict(list))
        for entry in entries:
            try:
                event = parse(entry.raw)
            except (ValueError, KeyError, TypeError) as error:
                self._bury(entry, said(error))
                continue
            groups[event.org_id][event.call_id, event.session_id].append((entry, event))
        return groups

    def _bury(self, entry: Entry, reason: str) -> None:
        if entry.raw:  # an entry that was removed under us has none
            _log.error("event_unreadable", entry=entry.id.decode(), why=reason)
            metrics.events_refused.labels("unreadable").inc()
            self._stream.bury([entry], reason)
        self._stream.done([entry.id])


def main() -> None:
    """The process: settings from the environment, ends on SIGTERM and SIGINT."""
    from api.jobs.celery import app, settings
    from api.jobs.outbox import celery_send, celery_start

    log.setup("events", level=settings.log_level, fmt=settings.log_format)
    metrics.serve(settings.metrics_host, settings.events_metrics_port)
    registry.load()
    jobs = open_jobs(settings, send=celery_send(app), start=celery_start(app))
    listen = Listen(jobs, f"{socket.gethostname()}-{os.getpid()}")

    def stop(_number: int, _frame: FrameType | None) -> None:
        listen.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _log.info("events_listening")
    listen.run()
    jobs.close()


if __name__ == "__main__":
    main()
