"""Structured outputs over HTTP: kept, changed, refused, and drawn again."""

import asyncio
from typing import Any

import httpx
import pytest

from api.jobs.context import Jobs
from api.jobs.listen import Listen
from api.v1.calls.model import CallRow
from tests.api.jobs.world import call, conversation, make_call, ship, usage, work
from tests.api.world import Org, posted
from tests.emulators.target import LOOPBACK
from tests.emulators.writer import Writer

pytestmark = pytest.mark.slow

URL = "/v1/structured-outputs"
ORDER: dict[str, Any] = {
    "name": "订单",
    "schema": {"type": "object", "properties": {"amount": {"type": "integer"}}, "required": ["amount"]},
}


async def create(client: httpx.AsyncClient, org: Org, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = await posted(client, org, URL, {**ORDER, **fields})
    return made


def ended(jobs: Jobs, org: Org, **columns: Any) -> CallRow:
    row = make_call(jobs, org.id, **columns)
    ship(jobs, conversation(row))
    Listen(jobs, "me").step(1)
    return row


def spec(model: dict[str, Any]) -> dict[str, Any]:
    return {"assistant": {"name": "Ann", "recording": True, "max_duration_s": 600, "model": model}}


async def test_one_is_created_read_changed_and_deleted(client: httpx.AsyncClient, org: Org):
    made = await create(client, org, description="what was ordered")
    place = f"/structured-output/{made['id']}"

    changed = await client.patch(
        f"{place}?schemaOverride=true", headers=org.headers, json={"name": "Order", "description": None}
    )
    listed = await client.get("/structured-output", headers=org.headers)
    deleted = await client.delete(place, headers=org.headers)

    assert (made["type"], made["schema"]) == ("ai", ORDER["schema"])
    assert changed.json()["name"] == "Order"
    assert "description" not in changed.json()
    assert [each["id"] for each in listed.json()["results"]] == [made["id"]]
    assert deleted.json()["id"] == made["id"]
    assert (await client.get(place, headers=org.headers)).status_code == 404


async def test_a_foreign_one_does_not_exist(client: httpx.AsyncClient, org: Org, other_org: Org):
    made = await create(client, org)

    answers = [
        await client.get(f"{URL}/{made['id']}", headers=other_org.headers),
        await client.patch(f"{URL}/{made['id']}", headers=other_org.headers, json={"name": "x"}),
        await client.delete(f"{URL}/{made['id']}", headers=other_org.headers),
        await client.post(
            f"{URL}/run",
            headers=other_org.headers,
            json={"structuredOutputId": made["id"], "callIds": ["x"]},
        ),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"schema": {"type": "strng"}}, "schema.type"),
        ({"schema": {"type": "object", "properties": {"a": {"$ref": "x"}}}}, "schema.properties.a.$ref"),
        ({"type": "regex"}, "regex"),
        ({"regex": "a+"}, "regex"),
        ({"type": "regex", "regex": "("}, "regex"),
        ({"name": ""}, "name"),
        ({"assistantIds": ["nobody"]}, "assistantIds.0"),
        ({"conditions": [{"type": "minMesages", "count": 1}]}, "conditions.0.type"),
        ({"workflowIds": ["w"]}, "workflowIds"),
        ({"modell": {}}, "did you mean model?"),
        ({"model": {"provider": "openai", "model": "gpt", "messages": [{"role": "x"}]}}, "model.messages.0"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_name(
    client: httpx.AsyncClient, org: Org, fields: dict[str, Any], complaint: str
):
    answer = await client.post(URL, headers=org.headers, json={**ORDER, **fields})

    assert answer.status_code == 400
    assert complaint in str(answer.json()["message"])


async def test_an_output_is_drawn_after_every_call_of_its_assistant(
    client: httpx.AsyncClient, jobs: Jobs, org: Org
):
    assistant = {"name": "a", "model": {"provider": "scripted", "model": "s"}}
    made_for = (await client.post("/assistant", headers=org.headers, json=assistant)).json()["id"]
    made = await create(client, org, assistantIds=[made_for])
    with Writer(lambda _: '{"amount": 10}') as llm:
        row = ended(jobs, org, assistant_id=made_for, spec=spec(llm.spec), analysis_plan=OFF)
        await asyncio.to_thread(work, jobs, org.id)

    shown = (await client.get(f"/call/{row.id}", headers=org.headers)).json()
    assert shown["artifact"]["structuredOutputs"] == {made["id"]: {"name": "订单", "result": {"amount": 10}}}
    [cost] = [c for c in shown["costs"] if c["type"] == "analysis"]
    assert (cost["analysisType"], cost["promptTokens"]) == ("structuredOutput", 100)
    assert shown["costBreakdown"]["analysisCostBreakdown"]["structuredOutputPromptTokens"] == 100


async def test_outputs_in_the_plan_are_drawn_and_those_whose_conditions_fail_say_why(
    client: httpx.AsyncClient, jobs: Jobs, org: Org
):
    stored = await create(client, org, conditions=[{"type": "minCallDuration", "seconds": 3600}])
    pattern = {"name": "余额", "type": "regex", "regex": "余额是?", "schema": {"type": "string"}}
    reason = {"type": "endedReason", "operator": "notOneOf", "values": ["customer-ended-call"]}
    plan = {
        "structuredOutputIds": [stored["id"]],
        "structuredOutputs": [pattern, {**pattern, "name": "b", "conditions": [reason]}],
    }
    row = ended(jobs, org, artifact_plan=plan)
    await asyncio.to_thread(work, jobs, org.id)

    outputs = call(jobs, row).structured_outputs
    assert outputs is not None
    assert list(outputs["results"].values()) == [{"name": "余额", "result": "余额"}]
    reasons = {each["name"]: each["reason"] for each in outputs["skipped"].values()}
    assert reasons == {
        "订单": "the call was shorter than 3600 s",
        "b": "the call ended with customer-ended-call",
    }


async def test_without_a_model_nothing_is_drawn_and_the_call_says_so(
    client: httpx.AsyncClient, jobs: Jobs, org: Org
):
    stored = await create(client, org)
    row = ended(jobs, org, artifact_plan={"structuredOutputIds": [stored["id"]]})
    await asyncio.to_thread(work, jobs, org.id)

    shown = (await client.get(f"/call/{row.id}", headers=org.headers)).json()
    assert "structuredOutputs" not in shown["artifact"]
    assert "no model" in shown["artifact"]["skippedStructuredOutputs"][stored["id"]]["reason"]


async def test_running_one_again_replaces_its_result_and_is_paid_for(
    client: httpx.AsyncClient, jobs: Jobs, org: Org
):
    stored = await create(client, org)
    amounts = iter(["10", "20"])
    with Writer(lambda _: f'{{"amount": {next(amounts)}}}') as llm:
        plan = {"structuredOutputIds": [stored["id"]]}
        row = ended(jobs, org, spec=spec(llm.spec), artifact_plan=plan, analysis_plan=OFF)
        await asyncio.to_thread(work, jobs, org.id)
        body = {"structuredOutputId": stored["id"], "callIds": [row.id]}
        answer = await client.post("/structured-output/run", headers=org.headers, json=body)
        await asyncio.to_thread(work, jobs, org.id)

    assert (answer.status_code, answer.json()["id"]) == (201, stored["id"])
    found = call(jobs, row).structured_outputs
    assert found is not None
    assert found["results"] == {stored["id"]: {"name": "订单", "result": {"amount": 20}}}
    assert len([u for u in usage(jobs, row) if u.component == "analysis"]) == 2


async def test_a_preview_is_answered_at_once_and_stored_nowhere(
    client: httpx.AsyncClient, app: Any, jobs: Jobs, org: Org, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(
        app.state.wiring,
        "settings",
        app.state.wiring.settings.model_copy(update={"allowed_targets": LOOPBACK}),
    )
    with Writer(lambda _: '{"amount": 3}') as llm:
        row = ended(jobs, org, spec=spec(llm.spec))
        body = {"previewEnabled": True, "structuredOutput": ORDER, "callIds": [row.id]}
        answer = await client.post(f"{URL}/run", headers=org.headers, json=body)

    assert answer.status_code == 201, answer.text
    assert answer.json()["results"] == {row.id: {"name": "订单", "result": {"amount": 3}}}
    assert call(jobs, row).structured_outputs is None


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"callIds": ["c"]}, "structuredOutputId"),
        ({"callIds": [], "structuredOutputId": "x"}, "callIds"),
        ({"callIds": ["a", "b"], "structuredOutputId": "x", "previewEnabled": True}, "callIds"),
        ({"callIds": ["a"], "structuredOutput": ORDER}, "previewEnabled"),
    ],
)
async def test_a_run_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, org: Org, body: dict[str, Any], complaint: str
):
    answer = await client.post(f"{URL}/run", headers=org.headers, json=body)

    assert answer.status_code == 400
    assert complaint in str(answer.json()["message"])


async def test_a_call_that_goes_on_is_not_run(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    stored, row = await create(client, org), make_call(jobs, org.id)

    body = {"structuredOutputId": stored["id"], "callIds": [row.id]}
    answer = await client.post(f"{URL}/run", headers=org.headers, json=body)

    assert (answer.status_code, answer.json()["code"]) == (409, "call_not_ended")


OFF = {"summaryPlan": {"enabled": False}, "successEvaluationPlan": {"enabled": False}}
