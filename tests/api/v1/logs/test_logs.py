"""One log of what was written, told and happened."""

import asyncio
from typing import Any

import httpx
import pytest

from api.jobs.context import Jobs
from api.jobs.listen import Listen
from api.v1.calls.model import CallRow
from tests.api.jobs.world import conversation, deliveries, make_call, ship, work
from tests.api.world import Org, SetClock
from tests.emulators.target import Target

URL = "/logs"


async def talked(jobs: Jobs, org: Org) -> CallRow:
    """A call that is over, and its report delivered."""
    with Target() as target:
        server = {"url": target.url, "timeoutSeconds": 5, "headers": {}}
        row = make_call(jobs, org.id, server=server, server_messages=["end-of-call-report"])
        ship(jobs, conversation(row))
        Listen(jobs, "me").step(1)
        await asyncio.to_thread(work, jobs, org.id)
    return row


async def entries(client: httpx.AsyncClient, org: Org, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(URL, headers=org.headers, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


async def test_a_write_a_message_and_a_call_are_in_one_log(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    await client.post("/tool", headers=org.headers, json={"type": "endCall"})
    row = await talked(jobs, org)

    found = await entries(client, org)

    write = next(e for e in found if e["type"] == "API")
    told = next(e for e in found if e["type"] == "Webhook")
    begun = [e["event"] for e in found if e["type"] == "Call"]
    assert (write["requestHttpMethod"], write["responseHttpCode"]) == ("POST", 201)
    assert (told["webhookType"], told["status"], told["responseHttpCode"]) == (
        "end-of-call-report", "delivered", 200,
    )  # fmt: skip
    assert told["callId"] == row.id
    assert sorted(begun) == ["session.ended", "session.started"]


async def test_of_one_call_everything_is_told(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    row = await talked(jobs, org)
    await talked(jobs, org)

    found = await entries(client, org, type="Call", callId=row.id, sortOrder="ASC")

    assert len(found) == 23
    assert {e["callId"] for e in found} == {row.id}
    assert [found[0]["event"], found[-1]["event"]] == ["session.started", "session.ended"]
    assert any(e["text"] == "user: 查一下余额" for e in found)


async def test_another_organisation_sees_nothing(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, other_org: Org
):
    row = await talked(jobs, org)

    assert await entries(client, other_org, callId=row.id) == []
    assert await entries(client, other_org) == []


async def test_pages_follow_one_another(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    row = await talked(jobs, org)
    query = {"type": "Call", "callId": row.id, "limit": 10}

    answers = [
        (await client.get(URL, headers=org.headers, params={**query, "page": p})).json() for p in (1, 2, 3)
    ]

    ids = [e["id"] for answer in answers for e in answer["results"]]
    assert [len(answer["results"]) for answer in answers] == [10, 10, 3]
    assert len(set(ids)) == 23
    assert answers[2]["metadata"] == {
        "itemsPerPage": 10,
        "totalItems": 23,
        "currentPage": 3,
        "totalPages": 3,
        "hasNextPage": False,
        "sortOrder": "DESC",
    }


async def test_bounds_of_time_hold_for_every_kind(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    await talked(jobs, org)

    assert await entries(client, org, createdAtLt="2020-01-01T00:00:00Z") == []
    assert await entries(client, org, createdAtGt="2030-01-01T00:00:00Z") == []


async def test_messages_that_are_settled_can_be_forgotten(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, clock: SetClock
):
    row = await talked(jobs, org)
    query = {"type": "Webhook", "callId": row.id}

    early = await client.delete(URL, headers=org.headers, params=query)
    clock.advance(3601)
    late = await client.delete(URL, headers=org.headers, params=query)

    assert (early.json(), late.json()) == ({"deleted": 0}, {"deleted": 1})
    assert deliveries(jobs, row) == []


@pytest.mark.parametrize("kind", ["API", "Call"])
async def test_what_must_stay_is_not_deleted(client: httpx.AsyncClient, org: Org, kind: str):
    answer = await client.delete(URL, headers=org.headers, params={"type": kind})

    assert (answer.status_code, answer.json()["code"]) == (400, "log_is_kept")


@pytest.mark.parametrize(
    "query", [{"type": "Audio"}, {"page": 0}, {"page": 101, "limit": 100}, {"limit": -1}, {"colour": "red"}]
)
async def test_a_question_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, org: Org, query: dict[str, Any]
):
    answer = await client.get(URL, headers=org.headers, params=query)

    assert answer.status_code == 400
