"""`python -m api`: one API process."""

import time

import redis
import uvicorn

from api.app import create_app
from api.http.handover import EngineFinder, handover
from api.jobs.celery import app as jobs
from api.jobs.outbox import celery_send
from api.settings import ApiSettings
from api.v1.calls.placement import Placement
from voice_engine.kernel import log


def engine_finder(settings: ApiSettings) -> EngineFinder:
    """Where this process hands WebSockets over to."""
    client = redis.Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2)
    placement = Placement(client)
    return EngineFinder(client, settings.secret_bytes, lambda: placement.choose(time.monotonic()).id)


def main() -> None:
    settings = ApiSettings()
    log.setup("api", level=settings.log_level, fmt=settings.log_format)
    uvicorn.run(
        create_app(settings, send=celery_send(jobs)),
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http="httptools",
        ws=handover(engine_finder(settings)),
        access_log=False,  # `http.middleware` writes the line
        log_config=None,
        forwarded_allow_ips=settings.api_trusted_proxies,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
