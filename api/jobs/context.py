"""What tasks and listeners work with. One per process; opening it connects to nothing yet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import redis
from sqlalchemy import Engine

from api.db.engine import app_engine
from api.db.outbox import Send
from api.db.tx import TenantSession
from api.db.tx import transaction as plain_transaction
from api.settings import ApiSettings
from voice_engine.kernel.clock import Clock, SystemClock

REDIS_PATIENCE_S = 5.0
Start = Callable[[str, str, dict[str, Any]], None]  # task name, organisation id, arguments


@dataclass
class Jobs:
    """The database, Redis, the time, and how work is handed to a worker.

    `send` hands over an outbox row. `start` hands over a task without a row: for work that is found again by
    whoever found it, should the message be lost.
    """

    settings: ApiSettings
    engine: Engine
    redis: redis.Redis
    clock: Clock
    send: Send | None = None
    start: Start | None = None
    kept: dict[str, Any] = field(default_factory=dict)  # what resources make once per process

    @contextmanager
    def transaction(self, org_id: str) -> Iterator[TenantSession]:
        """One transaction of one organisation; tasks it enqueues are sent to a worker after its commit."""
        with plain_transaction(self.engine, org_id, clock=self.clock) as session:
            session.info["send"] = self.send
            yield session

    def close(self) -> None:
        """Give back every connection."""
        self.redis.close()
        self.engine.dispose()


def open_jobs(
    settings: ApiSettings, *, send: Send | None = None, start: Start | None = None, connections: int = 8
) -> Jobs:
    """The parts for these settings. Without `send`, tasks wait for the sweeper."""
    client = redis.Redis.from_url(
        settings.redis_url,
        socket_timeout=REDIS_PATIENCE_S,
        socket_connect_timeout=REDIS_PATIENCE_S,
        protocol=2,
    )
    engine = app_engine(settings.database_url, connections=connections)
    return Jobs(settings, engine, client, SystemClock(), send, start)
