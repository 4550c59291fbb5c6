"""Calls in pages: every filter, light rows, exports."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.jobs.context import Jobs
from api.v1.calls.model import CallRow
from tests.api.jobs.world import make_call
from tests.api.world import Org, SetClock
from voice_engine.kernel.ids import new_id

Json = dict[str, Any]
OUTPUT, ASSISTANT, SQUAD, NUMBER = new_id(), new_id(), new_id(), new_id()


@pytest.fixture
def calls(jobs: Jobs, org: Org, clock: SetClock) -> list[CallRow]:
    """a, b and c, a second apart, a the oldest."""
    now = clock.wall()
    rows = []
    for columns in (
        {
            "name": "a", "assistant_id": ASSISTANT, "status": "ended", "ended_reason": "customer-ended-call",
            "started_at": now, "ended_at": now + timedelta(seconds=90), "cost_micros": 500_000,
            "customer": {"number": "+8613800138000", "name": "=1+1"}, "transcript": "User: 100% 退款\n",
            "analysis": {"successEvaluation": "true", "summary": "Wants a refund"},
            "structured_outputs": {"results": {OUTPUT: {"name": "vip", "result": True}}},
        },
        {
            "name": "b", "squad_id": SQUAD, "type": "outboundPhoneCall", "phone_number_id": NUMBER,
            "status": "ended", "ended_reason": "silence-timed-out", "started_at": now,
            "ended_at": now + timedelta(seconds=10), "cost_micros": 2_000_000,
            "customer": {"sipUri": "sip:wang@b.cn", "email": "w@b.cn"}, "transcript": "User: hello\n",
            "spec": {"assistant": {"name": "Bo", "max_duration_s": 600}, "squad": {"name": "Crew"}},
        },
        {"name": "c"},
    ):  # fmt: skip
        rows.append(make_call(jobs, org.id, **columns))
        clock.advance(1)
    return rows


async def names(client: httpx.AsyncClient, org: Org, **query: Any) -> str:
    answer = await client.get("/v2/calls", params=query, headers=org.headers)
    assert answer.status_code == 200, answer.text
    return "".join(call["name"] for call in answer.json()["results"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "cba"),
        ({"assistantId": ASSISTANT}, "a"), ({"assistantIdAny": f"x, {ASSISTANT}"}, "a"),
        ({"squadIdAny": SQUAD}, "b"), ({"squadId": SQUAD}, "b"),
        ({"phoneNumberId": NUMBER}, "b"), ({"phoneNumberIdAny": f"{NUMBER},"}, "b"),
        ({"endedReason": "silence-timed-out"}, "b"),
        ({"endedReasonAny": "silence-timed-out,customer-ended-call"}, "ba"),
        ({"customer": "138001"}, "a"), ({"customer": "WANG"}, "b"), ({"customer": "w@b"}, "b"),
        ({"customerNumberAny": "+8613800138000,+861"}, "a"),
        ({"assistantName": "bo"}, "b"), ({"squadName": "crew"}, "b"),
        ({"transcript": "100%"}, "a"), ({"transcript": "1_0"}, ""), ({"transcript": "退款"}, "a"),
        ({"costGe": 0.5, "costLe": 1}, "a"), ({"costLe": 0.4}, "c"),
        ({"successEvaluation": "true"}, "a"), ({"structuredOutputs": f'{{"{OUTPUT}": true}}'}, "a"),
        ({"structuredOutputs": f'{{"{OUTPUT}": false}}'}, ""), ({"score": "5"}, ""),
        ({"typeAny": "outboundPhoneCall"}, "b"), ({"statusAny": "queued"}, "c"),
        ({"customer": "138001", "costGe": 1}, ""),
        ({"sortBy": "duration"}, "abc"), ({"sortBy": "cost"}, "bac"),
        ({"sortBy": "cost", "sortOrder": "ASC"}, "cab"), ({"limit": 1, "page": 2}, "b"),
    ],
)  # fmt: skip
async def test_a_filter_finds_its_calls(
    client: httpx.AsyncClient, org: Org, calls: list[CallRow], query: Json, found: str
):
    assert await names(client, org, **query) == found


@pytest.mark.parametrize("sort", ["createdAt", "duration", "cost"])
async def test_a_cursor_goes_on_in_every_order(
    client: httpx.AsyncClient, org: Org, calls: list[CallRow], sort: str
):
    query: Json = {"sortBy": sort, "limit": 1}
    whole, seen = await names(client, org, sortBy=sort), ""
    while True:
        page = (await client.get("/v2/calls", params=query, headers=org.headers)).json()
        seen += page["results"][0]["name"]
        if "nextCursor" not in page["metadata"]:
            break
        query["cursor"] = page["metadata"]["nextCursor"]

    assert seen == whole


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"sortBy": "name"}, "query parameter sortBy"),
        ({"costGe": "nan"}, "query parameter costGe"),
        ({"structuredOutputs": "[1]"}, "structuredOutputs: should be a JSON object"),
        ({"assistantIdAny": ",".join("x" * 101)}, "query parameter assistantIdAny should have at most 100"),
        ({"assistant": "x"}, "query parameter assistant does not exist"),
        ({"cursor": "x"}, "cursor: this is not a cursor"),
        ({"page": 0}, "query parameter page"),
    ],
)  # fmt: skip
async def test_what_cannot_be_asked_is_told(client: httpx.AsyncClient, org: Org, query: Json, message: str):
    answer = await client.get("/v2/calls", params=query, headers=org.headers)

    said = answer.json()["message"]
    assert answer.status_code == 400
    assert (said if isinstance(said, str) else said[0]).startswith(message), answer.text


async def test_metadata_are_the_same_calls_in_a_few_words(
    client: httpx.AsyncClient, org: Org, calls: list[CallRow]
):
    answer = await client.get("/v2/call/metadata", params={"sortBy": "duration"}, headers=org.headers)

    page = answer.json()
    assert [row["name"] for row in page["results"]] == ["a", "b", "c"]
    assert page["results"][0]["durationSeconds"] == 90
    assert {"messages", "transcript", "artifact", "transport"}.isdisjoint(page["results"][0])
    assert page["metadata"]["totalItems"] == 3


async def test_an_export_is_csv_that_no_spreadsheet_runs(
    client: httpx.AsyncClient, org: Org, calls: list[CallRow]
):
    columns = "name,customer.number,customer.name,cost,durationSeconds"
    answer = await client.get("/v2/call/export", params={"columns": columns}, headers=org.headers)

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert rows[0] == columns.split(",")
    assert rows[3] == ["a", "+8613800138000", "'=1+1", "0.5", "90.0"]
    assert rows[1][:2] == ["c", ""]


async def test_an_export_is_json_with_the_filters_of_the_list(
    client: httpx.AsyncClient, org: Org, calls: list[CallRow], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("api.v1.calls.export._AT_ONCE", 1)
    query = {"format": "json", "columns": "name,transport.provider", "endedReasonAny": "silence-timed-out"}
    some = await client.get("/v2/calls/export", params=query, headers=org.headers)
    every = await client.get(
        "/v2/calls/export", params={"format": "json", "sortBy": "cost"}, headers=org.headers
    )

    assert some.json() == [{"name": "b", "transport.provider": "vapi.websocket"}]
    assert [call["name"] for call in every.json()] == ["b", "a", "c"]


@pytest.mark.parametrize(
    "query", [{"async": True}, {"email": "a@b.cn"}, {"columns": "id,1"}, {"cursor": "x"}]
)
async def test_an_export_refuses_what_it_cannot(client: httpx.AsyncClient, org: Org, query: Json):
    assert (await client.get("/v2/calls/export", params=query, headers=org.headers)).status_code == 400


async def test_nobody_sees_anothers_calls_in_any_list(
    client: httpx.AsyncClient, other_org: Org, calls: list[CallRow]
):
    paths = ("/v2/calls", "/v2/calls/metadata", "/v2/calls/export?format=json", "/v1/v2/call")
    found = [(await client.get(path, headers=other_org.headers)).json() for path in paths]

    assert [page["results"] for page in (found[0], found[1], found[3])] == [[], [], []]
    assert found[2] == []
