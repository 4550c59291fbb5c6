"""Calls that nobody runs any more."""

import pytest

from api.jobs.context import Jobs
from api.jobs.listen import Listen
from api.v1.calls.model import CallRow
from api.v1.calls.reaper import NEVER_CONNECTED, WORKER_DIED, reap
from tests.api.jobs.world import call, conversation, make_call, ship, tasks
from tests.api.world import Org, SetClock


@pytest.fixture
def running(jobs: Jobs, org: Org) -> CallRow:
    """A call in progress."""
    row = make_call(jobs, org.id)
    ship(jobs, conversation(row)[:3])
    Listen(jobs, "me").step(1)
    return row


def test_a_call_nobody_connected_to_ends_after_eleven_minutes(jobs: Jobs, org: Org, clock: SetClock):
    row = make_call(jobs, org.id)
    clock.advance(10 * 60)
    reap(jobs)
    waiting = call(jobs, row).status
    clock.advance(61)
    reap(jobs)

    kept = call(jobs, row)
    assert waiting == "queued"
    assert (kept.status, kept.ended_reason, kept.ended_at) == ("ended", NEVER_CONNECTED, clock.wall())
    assert [t.task for t in tasks(jobs, org.id)] == ["calls.summarise"]


def test_a_call_whose_engine_is_gone_ends_after_half_a_minute(jobs: Jobs, running: CallRow, clock: SetClock):
    clock.advance(31)
    reap(jobs)
    clock.advance(29)
    reap(jobs)
    early = call(jobs, running).status
    clock.advance(2)
    reap(jobs)

    assert early == "in-progress"
    assert (call(jobs, running).status, call(jobs, running).ended_reason) == ("ended", WORKER_DIED)


def test_a_call_that_is_held_by_an_engine_is_left_alone(jobs: Jobs, running: CallRow, clock: SetClock):
    for _ in range(4):
        jobs.redis.set(f"yingda:live:{running.id}", "engine-0")
        clock.advance(31)
        reap(jobs)

    assert call(jobs, running).status == "in-progress"


def test_an_engine_that_was_away_for_a_moment_loses_no_call(jobs: Jobs, running: CallRow, clock: SetClock):
    clock.advance(31)
    reap(jobs)
    jobs.redis.set(f"yingda:live:{running.id}", "engine-0")
    clock.advance(31)
    reap(jobs)
    jobs.redis.delete(f"yingda:live:{running.id}")
    reap(jobs)

    assert call(jobs, running).status == "in-progress"


def test_a_restarted_engine_gets_time_to_close_its_books(jobs: Jobs, running: CallRow, clock: SetClock):
    jobs.redis.set("yingda:engine:engine-0", "{}")
    clock.advance(31)
    reap(jobs)
    clock.advance(120)
    reap(jobs)
    patient = call(jobs, running).status
    clock.advance(600)
    reap(jobs)

    assert (patient, call(jobs, running).status) == ("in-progress", "ended")


def test_nothing_is_reaped_while_events_are_on_their_way(jobs: Jobs, running: CallRow, clock: SetClock):
    clock.advance(31)
    reap(jobs)
    clock.advance(61)
    ship(jobs, conversation(running)[3:])
    reap(jobs)

    assert call(jobs, running).status == "in-progress"


def test_the_engines_own_account_replaces_the_reapers(jobs: Jobs, running: CallRow, clock: SetClock):
    for seconds in (31, 61):
        clock.advance(seconds)
        reap(jobs)
    reaped = call(jobs, running).ended_reason

    ship(jobs, conversation(running)[3:])
    Listen(jobs, "me").step(1)

    assert reaped == WORKER_DIED
    assert call(jobs, running).ended_reason == "customer-ended-call"
    assert call(jobs, running).performance is not None
