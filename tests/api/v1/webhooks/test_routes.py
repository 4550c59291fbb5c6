"""Deliveries and the signing secret over HTTP."""

from collections.abc import Iterator

import httpx
import pytest
from standardwebhooks import Webhook
from starlette.concurrency import run_in_threadpool

from api.jobs.context import Jobs
from api.v1.calls.model import CallRow
from api.v1.webhooks.repo import Deliveries, Told
from api.v1.webhooks.tasks import drain
from tests.api.jobs.world import make_call, work
from tests.api.world import Org, SetClock
from tests.emulators.target import Target, reply


@pytest.fixture
def target() -> Iterator[Target]:
    with Target() as target:
        yield target


@pytest.fixture
def row(jobs: Jobs, org: Org, target: Target) -> CallRow:
    """A call with one message that has been delivered."""
    row = make_call(jobs, org.id, server={"url": target.url, "timeoutSeconds": 10, "headers": {}})
    with jobs.transaction(org.id) as session:
        told = Told("1", "hang", '{"message":{"type":"hang"}}')
        Deliveries(session, org.id).make(row.id, target.url, [told])
    return row


async def test_a_delivery_shows_its_payload_and_attempts(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, row: CallRow, target: Target, clock: SetClock
):
    target.script = [reply(500, b"oops")]
    await run_in_threadpool(drain, jobs, org.id, subjectId=row.id)

    [listed] = (await client.get("/v1/webhook-deliveries", headers=org.headers)).json()
    one = (await client.get(f"/v1/webhook-deliveries/{listed['id']}", headers=org.headers)).json()

    assert (listed["status"], listed["type"], listed["attempts"]) == ("pending", "hang", 1)
    assert one["payload"] == {"message": {"type": "hang"}}
    assert one["log"][0]["status"] == 500
    assert one["log"][0]["answer"] == "oops"
    assert "payload" not in listed
    assert "body" not in one


async def test_deliveries_are_found_by_call_status_and_type(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, row: CallRow
):
    async def found(**query: str) -> int:
        answer = await client.get("/v1/webhook-deliveries", headers=org.headers, params=query)
        return len(answer.json())

    assert await found(callId=row.id, status="pending", type="hang") == 1
    assert await found(callId="other") == 0
    assert await found(status="dead") == 0
    assert await found(type="transcript") == 0
    refused = await client.get("/v1/webhook-deliveries", headers=org.headers, params={"status": "lost"})
    assert refused.status_code == 400


async def test_a_settled_delivery_can_be_sent_again_under_the_same_id(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, row: CallRow, target: Target
):
    await run_in_threadpool(drain, jobs, org.id, subjectId=row.id)
    [listed] = (await client.get("/v1/webhook-deliveries", headers=org.headers)).json()

    answer = await client.post(f"/v1/webhook-deliveries/{listed['id']}/replay", headers=org.headers)
    await run_in_threadpool(work, jobs, org.id)

    assert (answer.status_code, answer.json()["status"]) == (200, "pending")
    assert [seen.headers["webhook-id"] for seen in target.seen] == [listed["id"]] * 2
    assert target.seen[0].body == target.seen[1].body


async def test_a_delivery_under_way_cannot_be_replayed(client: httpx.AsyncClient, org: Org, row: CallRow):
    [listed] = (await client.get("/v1/webhook-deliveries", headers=org.headers)).json()

    answer = await client.post(f"/v1/webhook-deliveries/{listed['id']}/replay", headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "delivery_under_way")


async def test_another_organisation_sees_nothing(
    client: httpx.AsyncClient, org: Org, other_org: Org, row: CallRow
):
    [listed] = (await client.get("/v1/webhook-deliveries", headers=org.headers)).json()
    path = f"/v1/webhook-deliveries/{listed['id']}"

    assert (await client.get("/v1/webhook-deliveries", headers=other_org.headers)).json() == []
    assert (await client.get(path, headers=other_org.headers)).status_code == 404
    assert (await client.post(f"{path}/replay", headers=other_org.headers)).status_code == 404


async def test_the_secret_verifies_what_was_sent_before_and_after_a_rotation(
    client: httpx.AsyncClient,
    jobs: Jobs,
    org: Org,
    other_org: Org,
    row: CallRow,
    target: Target,
    clock: SetClock,
):
    old = (await client.get("/v1/webhook-secret", headers=org.headers)).json()["secret"]
    foreign = (await client.get("/v1/webhook-secret", headers=other_org.headers)).json()["secret"]
    made = await client.post("/v1/webhook-secret/rotate", headers=org.headers)
    new = made.json()["secret"]
    await run_in_threadpool(drain, jobs, org.id, subjectId=row.id)

    seen = target.seen[0]
    assert made.status_code == 201
    assert (await client.get("/v1/webhook-secret", headers=org.headers)).json()["secret"] == new
    assert len({old, new, foreign}) == 3
    signed = [
        Webhook(s).sign(seen.headers["webhook-id"], clock.wall(), seen.body.decode()) for s in (new, old)
    ]
    assert seen.headers["webhook-signature"].split() == signed


async def test_a_day_after_a_rotation_the_old_secret_is_dead(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, row: CallRow, target: Target, clock: SetClock
):
    await client.post("/v1/webhook-secret/rotate", headers=org.headers)
    clock.advance(24 * 3600 + 1)
    await run_in_threadpool(drain, jobs, org.id, subjectId=row.id)

    assert len(target.seen[0].headers["webhook-signature"].split()) == 1
