"""The Celery application: `celery -A api.jobs.celery worker` and `… beat`.

Celery only says when: `yingda.run` looks at one outbox row, `yingda.do` starts a task that may be started at
any time, `yingda.every` does periodic work. Nothing is lost with the broker: rows are the truth, and swept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready

from api.jobs import metrics, outbox, registry
from api.jobs.context import Jobs, open_jobs
from api.jobs.settings import JobsSettings
from voice_engine.kernel import log

_log = log.get("jobs")
settings = JobsSettings()
app = Celery("yingda", broker=settings.redis_url or None)
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 900,  # s; longer than any task may take
        "socket_connect_timeout": 2,
        "socket_timeout": 30,
        "health_check_interval": 15,
        "global_keyprefix": "yingda:celery:",
    },
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=330,  # for the prefork pool; with threads every wait has its own deadline
    task_time_limit=360,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_send_task_events=False,
    timezone="UTC",
)


@cache
def jobs() -> Jobs:
    """This process's connections, made at the first task."""
    registry.load()
    return open_jobs(
        settings,
        send=outbox.celery_send(app),
        start=outbox.celery_start(app),
        connections=settings.api_threads,
    )


@app.task(name="yingda.run")
def run(outbox_id: str, org_id: str) -> None:
    """Do what one outbox row says."""
    outbox.perform(jobs(), outbox_id, org_id)


@app.task(name="yingda.do")
def do(task: str, org_id: str, args: dict[str, Any]) -> None:
    """Start a task that somebody will find again if it is lost."""
    with _boundary(task):
        registry.TASKS[task](jobs(), org_id, **args)


@app.task(name="yingda.every")
def periodic(name: str) -> None:
    """Periodic work."""
    with _boundary(name):
        registry.PERIODIC[name].work(jobs())


@contextmanager
def _boundary(task: str) -> Iterator[None]:
    """Logs what a task raises our way: Celery would quote all of its message."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - boundary: such work is found again by whoever started it
        _log.error("task_failed", task=task, exc_info=error)


@app.on_after_finalize.connect
def _schedule(sender: Celery, **_: Any) -> None:
    registry.load()
    for name, entry in registry.PERIODIC.items():
        # A worker that was away finds one message of each kind, not an hour's worth.
        sender.add_periodic_task(entry.seconds, periodic.s(name), name=name, expires=entry.seconds)


@setup_logging.connect
def _log_our_way(**_: Any) -> None:
    log.setup("jobs", level=settings.log_level, fmt=settings.log_format)


@worker_ready.connect
def _show_metrics(**_: Any) -> None:
    metrics.serve(settings.metrics_host, settings.worker_metrics_port)
