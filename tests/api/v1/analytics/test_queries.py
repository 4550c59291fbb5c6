"""Questions about many calls, as Vapi has them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.db.tx import transaction
from api.jobs.context import Jobs
from api.v1.analytics.query import statement
from api.v1.analytics.repo import PATIENCE_MS, Turns
from api.v1.analytics.schemas import AnalyticsQuery
from tests.api.jobs.world import make_call
from tests.api.world import Org, SetClock

URL = "/analytics"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def store(
    jobs: Jobs, org: Org, *, at: datetime = NOON - timedelta(hours=1), s: float = 60, **columns: Any
) -> str:
    """A call that was created then and lasted so long."""
    times = {"started_at": at, "ended_at": at + timedelta(seconds=s)}
    row = make_call(jobs, org.id, status="ended", **times, **columns)
    with transaction(jobs.engine, org.id) as session:
        session.connection().execute(
            text("UPDATE calls SET created_at = :at WHERE id = :id"), {"at": at, "id": row.id}
        )
    return row.id


async def ask(client: httpx.AsyncClient, org: Org, *operations: str, **query: Any) -> list[dict[str, Any]]:
    """The rows of one question; an operation is written `sum cost`."""
    wanted = [dict(zip(("operation", "column"), each.split(), strict=True)) for each in operations]
    body = {"queries": [{"table": "call", "name": "q", "operations": wanted, **query}]}
    answer = await client.post(URL, headers=org.headers, json=body)
    assert answer.status_code == 201, answer.text
    rows: list[dict[str, Any]] = answer.json()[0]["result"]
    return rows


async def test_costs_minutes_and_calls_are_added_up(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    store(jobs, org, cost_micros=10, cost_breakdown={"llm": 0.000004, "llmPromptTokens": 7})
    store(jobs, org, cost_micros=32, s=120, cost_breakdown={"llm": 0.000001, "llmPromptTokens": 3})

    rows = await ask(
        client, org, "count id", "sum cost", "sum costBreakdown.llm", "sum costBreakdown.llmPromptTokens",
        "avg duration", "sum minutesUsed", "max cost",
    )  # fmt: skip

    assert rows == [
        {
            "countId": 2,
            "sumCost": 0.000042,
            "sumCostBreakdownLlm": 0.000005,
            "sumCostBreakdownLlmPromptTokens": 10,
            "avgDuration": 90,
            "sumMinutesUsed": 3,
            "maxCost": 0.000032,
        }
    ]


async def test_nothing_adds_up_to_nothing(client: httpx.AsyncClient, org: Org):
    assert await ask(client, org, "sum cost", "count id", "avg duration") == [
        {"sumCost": 0, "countId": 0, "avgDuration": None}
    ]


async def test_another_organisations_calls_are_not_counted(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, other_org: Org
):
    store(jobs, other_org, cost_micros=5)

    assert await ask(client, org, "count id") == [{"countId": 0}]


async def test_calls_are_grouped_by_how_they_ended_and_what_came_of_them(
    client: httpx.AsyncClient, jobs: Jobs, org: Org
):
    for reason, success in (("a", "true"), ("a", "false"), ("b", "true")):
        store(jobs, org, ended_reason=reason, analysis={"successEvaluation": success})

    rows = await ask(client, org, "count id", groupBy=["endedReason", "analysis.successEvaluation"])

    assert rows == [
        {"endedReason": "a", "analysis.successEvaluation": "false", "countId": 1},
        {"endedReason": "a", "analysis.successEvaluation": "true", "countId": 1},
        {"endedReason": "b", "analysis.successEvaluation": "true", "countId": 1},
    ]


async def test_calls_are_grouped_by_a_variable_of_ones_own(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    for city in ("北京", "北京", "上海"):
        store(jobs, org, assistant_overrides={"variableValues": {"city": city}})

    rows = await ask(client, org, "count id", groupByVariableValue=[{"key": "city"}])

    assert {row["variableValues.city"]: row["countId"] for row in rows} == {"北京": 2, "上海": 1}


async def test_a_day_begins_by_the_clocks_of_the_time_zone(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    for hour in (15, 17):  # 23:00 and 01:00 in Shanghai
        store(jobs, org, at=datetime(2026, 11, 18, hour, tzinfo=UTC))
    days = {"step": "day", "timezone": "Asia/Shanghai"}

    rows = await ask(client, org, "count id", timeRange=days)

    assert rows == [
        {"date": "2026-11-17T16:00:00.000Z", "countId": 1},
        {"date": "2026-11-18T16:00:00.000Z", "countId": 1},
    ]


async def test_without_a_range_it_is_the_last_seven_days(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, clock: SetClock
):
    store(jobs, org, at=NOON - timedelta(days=7))
    store(jobs, org, at=NOON - timedelta(days=7, seconds=1))
    store(jobs, org, at=NOON)

    assert await ask(client, org, "count id") == [{"countId": 1}]


async def test_concurrency_is_how_many_went_on_at_once(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    begun = NOON - timedelta(hours=2)
    for after, lasts in ((0, 100), (50, 100), (99, 10), (100, 10), (200, 1)):
        store(jobs, org, at=begun + timedelta(seconds=after), s=lasts)

    [row] = await ask(client, org, "max concurrency", "history concurrency", table="subscription")

    assert row["maxConcurrency"] == 3
    assert [count for _, count in row["historyConcurrency"]] == [1, 2, 3, 3, 1]


async def test_several_questions_are_answered_in_their_order(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    store(jobs, org)
    counted = {"operation": "count", "column": "id", "alias": "calls"}
    names = ["b", "a"]
    body = {"queries": [{"table": "call", "name": n, "operations": [counted]} for n in names]}

    answer = (await client.post("/v1/analytics", headers=org.headers, json=body)).json()

    assert [each["name"] for each in answer] == names
    assert answer[0]["result"] == [{"calls": 1}]
    assert answer[0]["timeRange"] == {
        "start": "2026-11-13T12:00:00.000Z",
        "end": "2026-11-20T12:00:00.000Z",
        "timezone": "UTC",
    }


COUNT = {"operation": "count", "column": "id"}


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ({"operations": [{"operation": "sum", "column": "id"}]}, "id can only be counted"),
        ({"operations": [{"operation": "sum", "column": "costs"}]}, "queries.0.operations.0.column"),
        ({"operations": [{"operation": "sum", "column": "concurrency"}]}, "concurrency has max"),
        ({"operations": [COUNT, COUNT]}, "two results are named countId"),
        ({"groupBy": ["id; DROP TABLE calls"]}, "queries.0.groupBy.0"),
        ({"timeRange": {"timezone": "Mars/Base"}}, "time zone"),
        ({"timeRange": {"step": "fortnight"}}, "queries.0.timeRange.step"),
        ({"timeRange": {"step": "second"}}, "so short a step"),
        ({"timeRange": {"start": "2026-11-21T00:00:00Z"}}, "earlier than end"),
        ({"timeRange": {"start": "2016-11-21T00:00:00Z"}}, "at most 1098 days"),
        ({"timeRange": {"start": "yesterday"}}, "queries.0.timeRange.start"),
        ({"table": "assistants"}, "queries.0.table"),
        ({"operations": []}, "queries.0.operations"),
    ],
)
async def test_what_cannot_be_answered_is_refused_by_its_name(
    client: httpx.AsyncClient, org: Org, query: dict[str, Any], complaint: str
):
    asked = {"table": "call", "name": "q", "operations": [COUNT], **query}
    answer = await client.post(URL, headers=org.headers, json={"queries": [asked]})

    assert answer.status_code == 400
    assert complaint in str(answer.json()["message"])


async def test_names_that_look_like_sql_are_only_names(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    store(jobs, org)
    evil = "x' OR 1=1 --%(org)s"

    rows = await ask(
        client, org, groupByVariableValue=[{"key": evil}], operations=[{**COUNT, "alias": '"; DROP'}]
    )

    assert rows == [{f"variableValues.{evil}": None, '"; DROP': 1}]


def test_a_question_reads_the_index_and_gives_up_after_ten_seconds(jobs: Jobs, org: Org):
    with transaction(jobs.engine, org.id) as session:
        query = AnalyticsQuery.model_validate({"table": "call", "name": "q", "operations": [COUNT]})
        made = statement(query, org.id, NOON)
        Turns(session, org.id).rows(made)
        [limit] = session.look("SHOW statement_timeout", {})[0]
        session.look("SET LOCAL enable_seqscan = off", {})
        plan = session.look(f"EXPLAIN {made.sql}", made.values)

    assert limit == f"{PATIENCE_MS // 1000}s"
    assert "Index" in str(plan)
