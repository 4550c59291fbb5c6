"""The real processes: listener, worker and beat on real Redis and PostgreSQL, and their sudden death."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import orjson
import pytest

from api.db import migrate
from api.jobs import stream
from api.jobs.context import Jobs, open_jobs
from api.launcher.postgres import EmbeddedPostgres
from api.launcher.redis import EmbeddedRedis
from api.settings import ApiSettings
from api.v1.calls.model import CallRow
from api.v1.organizations.repo import Organizations
from tests.api.conftest import FAST
from tests.api.jobs.world import call, conversation, deliveries, make_call, ship
from tests.api.world import Org
from tests.emulators.target import Target, hang
from voice_engine.kernel.ids import new_id

pytestmark = pytest.mark.journey
CELERY = ["-m", "celery", "-A", "api.jobs.celery"]
WORKER = [
    *CELERY,
    "worker",
    "--pool",
    "threads",
    "--concurrency",
    "4",
    "--loglevel",
    "INFO",
    "--without-mingle",
]


class Processes:
    """Starts processes and ends every one of them."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, args: list[str], ready: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *args], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._running.append(process)
        assert process.stdout is not None
        for line in process.stdout:
            if ready.encode() in line:
                threading.Thread(target=process.stdout.read, daemon=True).start()
                return process
        raise AssertionError(f"{args} ended without saying {ready!r}")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for process in self._running:
            with suppress(ProcessLookupError):
                process.terminate()
        for process in self._running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill(process)
            assert process.stdout is not None
            process.stdout.close()


@pytest.fixture
def processes(jobs: Jobs, tmp_path: Path) -> Iterator[Processes]:
    env = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": jobs.settings.database_url,
        "REDIS_URL": jobs.settings.redis_url,
        "YINGDA_SECRET": jobs.settings.secret.get_secret_value(),
        "YINGDA_DATA_DIR": str(tmp_path),
        "YINGDA_ALLOWED_TARGETS": '["127.0.0.0/8"]',
    }
    running = Processes(env)
    yield running
    running.end()


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def a_call(jobs: Jobs, org: Org, target: Target, **server: object) -> CallRow:
    return make_call(jobs, org.id, server={"url": target.url, "timeoutSeconds": 10, "headers": {}, **server})


def types(target: Target) -> list[str]:
    return [orjson.loads(seen.body)["message"]["type"] for seen in target.seen]


def test_a_call_ends_and_its_server_has_the_report_a_moment_later(jobs: Jobs, org: Org, processes: Processes):
    processes.start(["-m", "api.jobs.listen"], "events_listening")
    processes.start(WORKER, "ready")
    with Target() as target:
        row = a_call(jobs, org, target)
        began = time.monotonic()
        ship(jobs, conversation(row))
        wait_until(lambda: "end-of-call-report" in types(target))
        took = time.monotonic() - began

    kept = call(jobs, row)
    assert types(target)[0] == "status-update"
    assert types(target)[-1] == "end-of-call-report"
    assert len(types(target)) == len(deliveries(jobs, row)) == 14
    assert (kept.status, kept.cost_micros) == ("ended", 20_994)
    assert took < 30


def test_a_listener_killed_in_mid_call_loses_and_doubles_nothing(jobs: Jobs, org: Org, processes: Processes):
    rows = [make_call(jobs, org.id) for _ in range(20)]
    events = [event for row in rows for event in conversation(row)]
    listener = processes.start(["-m", "api.jobs.listen"], "events_listening")
    ship(jobs, events[:300])
    wait_until(lambda: jobs.redis.xlen(stream.STREAM) < 200)
    processes.kill(listener)
    ship(jobs, events[200:])

    processes.start(["-m", "api.jobs.listen"], "events_listening")

    wait_until(lambda: jobs.redis.xlen(stream.STREAM) == 0)
    assert {(call(jobs, row).status, call(jobs, row).cost_micros) for row in rows} == {("ended", 20_994)}


def test_a_worker_killed_while_it_sends_is_replaced_and_beat_finds_what_it_left(
    jobs: Jobs, org: Org, processes: Processes, tmp_path: Path
):
    worker = processes.start(WORKER, "ready")
    schedule = ["beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "", "--loglevel", "INFO"]
    processes.start([*CELERY, *schedule], "beat: Starting")
    processes.start(["-m", "api.jobs.listen"], "events_listening")
    with Target(hang) as target:
        row = a_call(jobs, org, target, timeoutSeconds=2)
        ship(jobs, conversation(row))
        wait_until(lambda: len(target.seen) == 1)
        processes.kill(worker)
        processes.start(WORKER, "ready")
        wait_until(lambda: "end-of-call-report" in types(target), seconds=90)

    sent = deliveries(jobs, row)
    assert {d.status for d in sent} == {"delivered"}
    assert sent[0].attempts == 2
    assert len(target.seen) == len(sent) + 1


def test_redis_and_postgresql_may_be_restarted_under_load(
    processes: Processes, tmp_path_factory: pytest.TempPathFactory
):
    redis_server = EmbeddedRedis(tmp_path_factory.mktemp("own-redis"))
    database = EmbeddedPostgres(tmp_path_factory.mktemp("own-postgres"), options=FAST)
    redis_server.start()
    database.start()
    try:
        database.ensure_database("own")
        url = database.url("own")
        migrate.upgrade(url)
        settings = ApiSettings(database_url=url, redis_url=redis_server.url, secret="s" * 32)
        _restart_both(settings, redis_server, database, processes)
    finally:
        database.stop()
        redis_server.stop()


def _restart_both(
    settings: ApiSettings, redis_server: EmbeddedRedis, database: EmbeddedPostgres, processes: Processes
) -> None:
    jobs = open_jobs(settings)
    org_id = new_id()
    with jobs.transaction(org_id) as session:
        Organizations(session, org_id).create("Mine")
    rows = [make_call(jobs, org_id) for _ in range(10)]
    events = [event for row in rows for event in conversation(row)]
    processes.env |= {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    processes.start(["-m", "api.jobs.listen"], "events_listening")
    ship(jobs, events[:100])
    database.stop()
    ship(jobs, events[100:150])
    database.start()
    wait_until(lambda: jobs.redis.xlen(stream.STREAM) == 0)
    redis_server.stop()
    redis_server.start()

    ship(jobs, events)  # as engines do: what they are not sure of, they ship again

    wait_until(lambda: jobs.redis.xlen(stream.STREAM) == 0)
    try:
        assert {(call(jobs, row).status, call(jobs, row).cost_micros) for row in rows} == {("ended", 20_994)}
    finally:
        jobs.close()
