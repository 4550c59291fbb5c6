"""Outbox rows are done: at least once, by one worker at a time, later if they fail."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from api.db.outbox import enqueue
from api.jobs import outbox, registry, sweep
from api.jobs.context import Jobs
from tests.api.jobs.world import tasks
from tests.api.world import Org, SetClock


@pytest.fixture
def done() -> Iterator[list[Any]]:
    """What the task `test` was asked to do; it fails when asked to."""
    asked: list[Any] = []

    @registry.task("test")
    def test(_jobs: Jobs, org_id: str, *, n: int, fail: bool = False) -> None:
        asked.append((org_id, n))
        if fail:
            raise ValueError("as asked")

    yield asked
    del registry.TASKS["test"]


def put(jobs: Jobs, org: Org, **args: Any) -> str:
    with jobs.transaction(org.id) as session:
        return enqueue(session, org.id, "test", **args)


def test_a_task_is_done_and_then_never_again(jobs: Jobs, org: Org, done: list[Any]):
    row = put(jobs, org, n=1)

    assert [outbox.perform(jobs, row, org.id) for _ in range(3)] == [True, False, False]
    assert done == [(org.id, 1)]
    assert tasks(jobs, org.id)[0].done_at is not None


def test_a_task_that_fails_waits_longer_each_time_and_is_given_up(
    jobs: Jobs, org: Org, done: list[Any], clock: SetClock
):
    row, waits = put(jobs, org, n=1, fail=True), []
    while tasks(jobs, org.id)[0].done_at is None:
        assert outbox.perform(jobs, row, org.id)
        assert not outbox.perform(jobs, row, org.id)
        waits.append((tasks(jobs, org.id)[0].available_at - clock.wall()).total_seconds())
        clock.advance(max(waits[-1], 1))

    assert len(done) == 10
    assert [1.6 * 2**n <= wait <= 2.4 * 2**n for n, wait in enumerate(waits[:9])] == [True] * 9


def test_a_task_that_is_being_done_is_not_started_a_second_time(jobs: Jobs, org: Org, clock: SetClock):
    began: list[bool] = []

    @registry.task("test")
    def nested(jobs: Jobs, org_id: str, *, n: int) -> None:
        began.append(outbox.perform(jobs, row, org_id))

    row = put(jobs, org, n=1)
    outbox.perform(jobs, row, org.id)
    del registry.TASKS["test"]

    assert began == [False]


def test_a_worker_that_died_leaves_its_task_to_the_next(
    jobs: Jobs, org: Org, done: list[Any], clock: SetClock
):
    row = put(jobs, org, n=1)
    outbox._take(jobs, row, org.id)

    assert not outbox.perform(jobs, row, org.id)
    clock.advance(outbox.LEASE_S)
    assert outbox.perform(jobs, row, org.id)


def test_a_task_for_later_waits(jobs: Jobs, org: Org, done: list[Any], clock: SetClock):
    with jobs.transaction(org.id) as session:
        later = session.now().replace(minute=30)
        row = enqueue(session, org.id, "test", available_at=later, n=1)

    assert not outbox.perform(jobs, row, org.id)
    clock.advance(1800)
    assert outbox.perform(jobs, row, org.id)


def test_another_organisations_task_is_not_there(jobs: Jobs, org: Org, other_org: Org, done: list[Any]):
    row = put(jobs, org, n=1)

    assert not outbox.perform(jobs, row, other_org.id)
    assert done == []


def test_the_sweep_sends_what_is_overdue_and_does_not_flood_the_broker(
    jobs: Jobs, org: Org, other_org: Org, done: list[Any], clock: SetClock
):
    sent: list[tuple[str, ...]] = []
    rows = [put(jobs, org, n=1), put(jobs, other_org, n=2)]
    jobs.send = lambda *args: sent.append(args)
    sweep.sweep_outbox(jobs)
    early = list(sent)
    clock.advance(outbox.OVERDUE_S + 1)

    sweep.sweep_outbox(jobs)
    sweep.sweep_outbox(jobs)

    assert early == []
    assert sorted(sent) == sorted([(rows[0], org.id, "test"), (rows[1], other_org.id, "test")])


def test_done_tasks_and_idempotency_keys_are_removed_after_a_day(
    jobs: Jobs, org: Org, done: list[Any], clock: SetClock, owner: Engine
):
    outbox.perform(jobs, put(jobs, org, n=1), org.id)
    put(jobs, org, n=2)
    with owner.begin() as connection:
        statement = text(
            "INSERT INTO idempotency_keys (org_id, caller_id, key, request_hash, created_at)"
            " VALUES (:org, :org, 'k', '', :at)"
        )
        connection.execute(statement, {"org": org.id, "at": clock.wall()})
    clock.advance(24 * 3600 - 1)

    sweep.purge(jobs)
    before = tasks(jobs, org.id)
    clock.advance(2)
    sweep.purge(jobs)

    assert len(before) == 2
    assert [t.args for t in tasks(jobs, org.id)] == [{"n": 2}]
    with owner.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM idempotency_keys")).scalar() == 0
