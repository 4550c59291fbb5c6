"""Deliveries to a real server on loopback that misbehaves in every way."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from standardwebhooks import Webhook

from api.jobs.context import Jobs
from api.v1.calls.model import CallRow
from api.v1.webhooks import tasks as webhook_tasks
from api.v1.webhooks.model import DeliveryRow
from api.v1.webhooks.repo import Deliveries, Told
from api.v1.webhooks.signing import derived_secret
from api.v1.webhooks.tasks import drain, sweep
from tests.api.jobs.world import deliveries, make_call
from tests.api.world import Org, SetClock
from tests.emulators.target import (
    Behaviour,
    Target,
    closed_port,
    drip_headers,
    flood,
    hang,
    redirect,
    reply,
    vanish,
)
from voice_engine.kernel.sealed import seal


@pytest.fixture
def target() -> Iterator[Target]:
    with Target() as target:
        yield target


def server(url: str, **more: Any) -> dict[str, Any]:
    return {"url": url, "timeoutSeconds": 10, "headers": {}, **more}


def told(jobs: Jobs, row: CallRow, *occasions: str) -> None:
    """Deliveries of a call, in this order."""
    with jobs.transaction(row.org_id) as session:
        for occasion in occasions:
            body = orjson.dumps({"message": {"type": "hang", "n": occasion}}).decode()
            url = (row.server or {})["url"]
            Deliveries(session, row.org_id).make(row.id, url, [Told(occasion, "hang", body)])


def sent(target: Target) -> list[str]:
    return [orjson.loads(seen.body)["message"]["n"] for seen in target.seen]


def only(jobs: Jobs, row: CallRow) -> DeliveryRow:
    [delivery] = deliveries(jobs, row)
    return delivery


def test_a_message_arrives_signed_and_is_written_down(jobs: Jobs, org: Org, target: Target):
    jobs.clock._wall = datetime.now(UTC)  # the receiver's library checks the time
    row = make_call(jobs, org.id, server=server(target.url, headers={"Authorization": "Bearer x"}))
    told(jobs, row, "1")

    drain(jobs, org.id, subjectId=row.id)

    seen, kept = target.seen[0], only(jobs, row)
    secret = derived_secret(jobs.settings.secret_bytes, org.id)
    assert Webhook(secret).verify(seen.body, seen.headers) == {"message": {"type": "hang", "n": "1"}}
    assert (seen.headers["webhook-id"], seen.headers["authorization"]) == (kept.id, "Bearer x")
    assert seen.headers["content-type"] == "application/json"
    assert (kept.status, kept.attempts, kept.log[0]["status"]) == ("delivered", 1, 200)


def test_vapis_legacy_secret_is_sent_too(jobs: Jobs, org: Org, target: Target):
    sealed = seal("open sesame", jobs.settings.secret_bytes, context=org.id)
    row = make_call(jobs, org.id, server=server(target.url, sealedSecret=sealed))
    told(jobs, row, "1")

    drain(jobs, org.id, subjectId=row.id)

    assert target.seen[0].headers["x-vapi-secret"] == "open sesame"


def test_a_servers_own_headers_cannot_forge_a_signature(jobs: Jobs, org: Org, target: Target):
    row = make_call(jobs, org.id, server=server(target.url, headers={"Webhook-Id": "forged"}))
    told(jobs, row, "1")

    drain(jobs, org.id, subjectId=row.id)

    assert target.seen[0].headers["webhook-id"] == only(jobs, row).id


FAULTS: dict[str, tuple[Behaviour, str]] = {
    "hangs": (hang, "did not answer within"),
    "hangs up": (vanish, "could not be reached"),
    "drips": (drip_headers, "did not answer within"),
    "fails": (reply(500, b"oops"), "answered 500"),
    "is busy": (reply(503), "answered 503"),
    "redirects inwards": (redirect("http://10.0.0.1/"), "http://10.0.0.1/"),
}


@pytest.mark.parametrize(("fault", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_target_with_a_fault_is_tried_again_later(
    jobs: Jobs, org: Org, clock: SetClock, target: Target, fault: Behaviour, words: str
):
    patience = 0.3 if fault in (hang, drip_headers) else 10
    row = make_call(jobs, org.id, server=server(target.url, timeoutSeconds=patience))
    told(jobs, row, "1")
    target.script = [fault]
    drain(jobs, org.id, subjectId=row.id)
    failed = only(jobs, row)

    with jobs.transaction(org.id) as session:
        session.get_one(CallRow, row.id).server = server(target.url)
    clock.advance(15)
    drain(jobs, org.id, subjectId=row.id)

    kept = only(jobs, row)
    assert (failed.status, failed.attempts) == ("pending", 1)
    assert words in failed.log[0]["error"]
    assert (kept.status, kept.attempts, len(target.seen)) == ("delivered", 2, 2)
    assert target.seen[0].headers["webhook-id"] == target.seen[1].headers["webhook-id"]


def test_a_flood_of_an_answer_is_success_all_the_same(jobs: Jobs, org: Org, target: Target):
    row = make_call(jobs, org.id, server=server(target.url))
    told(jobs, row, "1")
    target.script = [flood]

    drain(jobs, org.id, subjectId=row.id)

    assert only(jobs, row).status == "delivered"
    assert len(only(jobs, row).log[0]["answer"]) == 500


def test_a_server_that_is_not_there_is_given_up_after_five_attempts(jobs: Jobs, org: Org, clock: SetClock):
    with closed_port() as port:
        row = make_call(jobs, org.id, server=server(f"http://127.0.0.1:{port}/"))
        told(jobs, row, "1")
        began = clock.wall()
        while only(jobs, row).status == "pending":
            clock.advance((only(jobs, row).next_at - clock.wall()).total_seconds())
            drain(jobs, org.id, subjectId=row.id)

    kept = only(jobs, row)
    assert (kept.status, kept.attempts, kept.next_at) == ("dead", 5, None)
    assert 1400 < (clock.wall() - began).total_seconds() < 2300


def test_a_private_target_is_refused_at_once_and_for_good(jobs: Jobs, org: Org, target: Target):
    jobs.settings = jobs.settings.model_copy(update={"allowed_targets": []})
    row = make_call(jobs, org.id, server=server(target.url))
    told(jobs, row, "1")

    drain(jobs, org.id, subjectId=row.id)

    kept = only(jobs, row)
    assert (kept.status, kept.attempts, target.seen) == ("dead", 1, [])
    assert "YINGDA_ALLOWED_TARGETS" in kept.log[0]["error"]


def test_messages_of_a_call_arrive_in_order(jobs: Jobs, org: Org, target: Target):
    row = make_call(jobs, org.id, server=server(target.url))
    told(jobs, row, "1", "2", "3")

    drain(jobs, org.id, subjectId=row.id)

    assert sent(target) == ["1", "2", "3"]


def test_a_failed_message_holds_the_next_ones_back_for_a_minute(
    jobs: Jobs, org: Org, clock: SetClock, target: Target
):
    row = make_call(jobs, org.id, server=server(target.url))
    told(jobs, row, "1", "2")
    target.script = [reply(500)]
    drain(jobs, org.id, subjectId=row.id)
    drain(jobs, org.id, subjectId=row.id)
    held = sent(target)
    clock.advance(15)
    drain(jobs, org.id, subjectId=row.id)

    assert held == ["1"]
    assert sent(target) == ["1", "1", "2"]


def test_a_message_that_keeps_failing_is_overtaken(jobs: Jobs, org: Org, clock: SetClock, target: Target):
    row = make_call(jobs, org.id, server=server(target.url))
    told(jobs, row, "1", "2")
    target.script = [reply(500), reply(500)]
    drain(jobs, org.id, subjectId=row.id)
    clock.advance(15)
    drain(jobs, org.id, subjectId=row.id)
    clock.advance(46)
    drain(jobs, org.id, subjectId=row.id)

    assert sent(target) == ["1", "1", "2"]


def test_calls_do_not_hold_each_other_back(jobs: Jobs, org: Org, target: Target):
    failing = make_call(jobs, org.id, server=server(target.url))
    fine = make_call(jobs, org.id, server=server(target.url))
    told(jobs, failing, "1")
    told(jobs, fine, "2")
    target.script = [reply(500)]

    drain(jobs, org.id, subjectId=failing.id)
    drain(jobs, org.id, subjectId=fine.id)

    assert [only(jobs, row).status for row in (failing, fine)] == ["pending", "delivered"]


def test_two_workers_send_a_message_once(jobs: Jobs, org: Org, target: Target):
    row = make_call(jobs, org.id, server=server(target.url))
    told(jobs, row, *"123456")
    workers = [
        threading.Thread(target=drain, args=(jobs, org.id), kwargs={"subjectId": row.id}) for _ in range(4)
    ]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sent(target) == [*"123456"]
    assert {d.attempts for d in deliveries(jobs, row)} == {1}


def test_a_worker_that_dies_while_sending_leaves_a_lease_that_runs_out(
    jobs: Jobs, org: Org, clock: SetClock, target: Target, monkeypatch: pytest.MonkeyPatch
):
    row = make_call(jobs, org.id, server=server(target.url))
    told(jobs, row, "1", "2")
    with monkeypatch.context() as dying:
        dying.setattr(webhook_tasks, "_settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            drain(jobs, org.id, subjectId=row.id)
    drain(jobs, org.id, subjectId=row.id)
    meanwhile = sent(target)

    clock.advance(21)
    drain(jobs, org.id, subjectId=row.id)

    first, _ = deliveries(jobs, row)
    assert meanwhile == ["1"]
    assert sent(target) == ["1", "1", "2"]
    assert target.seen[0].headers["webhook-id"] == target.seen[1].headers["webhook-id"]
    assert "may have received it" in first.log[0]["error"]
    assert first.status == "delivered"


def test_a_success_that_is_reported_late_still_counts(
    jobs: Jobs, org: Org, clock: SetClock, target: Target, monkeypatch: pytest.MonkeyPatch
):
    row = make_call(jobs, org.id, server=server(target.url))
    told(jobs, row, "1")
    settle: list[Any] = []
    with monkeypatch.context() as slow:
        slow.setattr(webhook_tasks, "_settle", lambda *args: settle.append(args))
        slow.setattr(webhook_tasks, "BUDGET_S", -1)
        drain(jobs, org.id, subjectId=row.id)
    clock.advance(21)
    target.script = [reply(500)]
    drain(jobs, org.id, subjectId=row.id)

    webhook_tasks._settle(*settle[0])

    assert only(jobs, row).status == "delivered"
    clock.advance(3600)
    drain(jobs, org.id, subjectId=row.id)
    assert len(target.seen) == 2


def test_a_failure_that_is_reported_late_changes_nothing(
    jobs: Jobs, org: Org, clock: SetClock, target: Target, monkeypatch: pytest.MonkeyPatch
):
    row = make_call(jobs, org.id, server=server(target.url))
    told(jobs, row, "1")
    target.script = [reply(410)]
    settle: list[Any] = []
    with monkeypatch.context() as slow:
        slow.setattr(webhook_tasks, "_settle", lambda *args: settle.append(args))
        slow.setattr(webhook_tasks, "BUDGET_S", -1)
        drain(jobs, org.id, subjectId=row.id)
        clock.advance(21)
        drain(jobs, org.id, subjectId=row.id)

    webhook_tasks._settle(*settle[0])
    taken_again = only(jobs, row).status
    webhook_tasks._settle(*settle[1])

    assert (taken_again, only(jobs, row).status) == ("sending", "delivered")


def test_the_sweep_starts_what_is_due_and_nothing_else(jobs: Jobs, org: Org, clock: SetClock, target: Target):
    started: list[Any] = []
    jobs.start = lambda *args: started.append(args)
    row = make_call(jobs, org.id, server=server(target.url))
    make_call(jobs, org.id, server=server(target.url))
    told(jobs, row, "1")
    target.script = [reply(500)]
    drain(jobs, org.id, subjectId=row.id)
    sweep(jobs)
    early = list(started)
    clock.advance(15)
    sweep(jobs)
    sweep(jobs)

    assert early == []
    assert started == [("webhooks.drain", org.id, {"subjectId": row.id})]
