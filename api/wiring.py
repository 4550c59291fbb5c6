"""Settings → the parts of one API process. The only place that knows how they are put together."""

from dataclasses import dataclass
from functools import cached_property

import redis
from sqlalchemy import Engine

from api.db import migrate
from api.db.engine import app_engine
from api.db.outbox import Send
from api.http.auth import Doorman
from api.http.quota import Quotas
from api.settings import ApiSettings
from voice_engine.kernel.clock import Clock

REDIS_PATIENCE = 2.0  # s


@dataclass
class Wiring:
    """What handlers and jobs reach through `app.state.wiring`. Opening it connects to nothing yet."""

    settings: ApiSettings
    clock: Clock
    engine: Engine
    redis: redis.Redis
    doorman: Doorman
    quotas: Quotas
    send: Send | None = None

    @cached_property
    def revisions(self) -> set[str]:
        """The migrations this code expects."""
        return migrate.heads()

    def close(self) -> None:
        self.redis.close()
        self.engine.dispose()


def wire(settings: ApiSettings, clock: Clock, *, send: Send | None = None) -> Wiring:
    """The parts for these settings. Without `send`, outbox rows wait for the sweeper."""
    engine = app_engine(settings.database_url, connections=settings.api_threads)
    client = redis.Redis.from_url(
        settings.redis_url, socket_timeout=REDIS_PATIENCE, socket_connect_timeout=REDIS_PATIENCE
    )
    rsa_pem = settings.api_jwt_private_key.get_secret_value()
    doorman = Doorman(engine, settings.secret_bytes, clock, rsa_pem=rsa_pem)
    quotas = Quotas(
        client,
        engine,
        clock,
        key=settings.api_rate_limit_key,
        organization=settings.api_rate_limit_organization,
    )
    return Wiring(settings, clock, engine, client, doorman, quotas, send)
