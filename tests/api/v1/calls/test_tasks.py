"""After a call: analysis, costs, report. Each once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest

from api.jobs.context import Jobs
from api.jobs.listen import Listen
from api.v1.analysis.asking import NO_MODEL
from api.v1.calls import tasks as call_tasks
from api.v1.calls.model import CallRow
from api.v1.calls.tasks import summarise
from tests.api.jobs.world import (
    SCRIPTED,
    call,
    conversation,
    deliveries,
    make_call,
    ship,
    tasks,
    usage,
    work,
)
from tests.api.world import Org
from tests.emulators.target import Target, hang, reply, vanish
from tests.emulators.writer import Asked, Writer, told

CHAT = {"provider": "custom-llm", "model": "gpt-4o"}
SUMMARY_ONLY = {"successEvaluationPlan": {"enabled": False}}
SCHEMA = {"type": "object", "properties": {"amount": {"type": "integer"}}, "required": ["amount"]}


def spec(model: dict[str, Any]) -> dict[str, Any]:
    return {"assistant": {"name": "Ann", "recording": True, "max_duration_s": 600, "model": model}}


def ended(jobs: Jobs, org: Org, **columns: Any) -> CallRow:
    """A call whose events have been applied."""
    row = make_call(jobs, org.id, **columns)
    ship(jobs, conversation(row))
    Listen(jobs, "me").step(1)
    return row


def everything(asked: Asked) -> str:
    """A model that answers whatever a plan may ask."""
    words = told(asked)
    if "true" in words and "false" in words:
        return "true"
    return '{"amount": 10}' if "JSON Schema" in words else "用户查询余额，余额为十元。"


def test_a_scripted_assistants_call_is_quoted_and_says_so(jobs: Jobs, org: Org):
    row = ended(jobs, org)

    summarise(jobs, org.id, callId=row.id)

    assert call(jobs, row).analysis == {
        "summary": "User: 查一下余额 … AI: 您的余额是",
        "summarySource": "extractive",
    }


@pytest.mark.parametrize(
    ("plan", "analysis"),
    [({"summaryPlan": {"enabled": False}, **SUMMARY_ONLY}, None), ({"minMessagesThreshold": 4}, None)],
    ids=["off", "too short"],
)
def test_an_analysis_nobody_wants_is_not_made(jobs: Jobs, org: Org, plan: dict[str, Any], analysis: Any):
    row = ended(jobs, org, analysis_plan=plan)

    summarise(jobs, org.id, callId=row.id)

    assert call(jobs, row).analysis is analysis
    assert [t.task for t in tasks(jobs, org.id)][-1] == "usage.settle"


def test_a_call_that_is_not_over_is_not_analysed(jobs: Jobs, org: Org):
    row = make_call(jobs, org.id)

    summarise(jobs, org.id, callId=row.id)

    assert tasks(jobs, org.id) == []


def test_a_model_that_cannot_be_reached_leaves_an_honest_summary(jobs: Jobs, org: Org):
    row = ended(jobs, org, spec=spec({**CHAT, "base_url": "http://10.255.255.1:9/v1"}))
    jobs.settings = jobs.settings.model_copy(update={"allowed_targets": []})

    summarise(jobs, org.id, callId=row.id)

    assert call(jobs, row).analysis == {
        "summary": "User: 查一下余额 … AI: 您的余额是",
        "summarySource": "extractive",
    }


def test_the_whole_plan_is_answered_once_and_each_part_is_paid_for_itself(jobs: Jobs, org: Org):
    data = {"enabled": True, "schema": SCHEMA}
    plan = {"structuredDataPlan": data, "structuredDataMultiPlan": [{"key": "again", "plan": data}]}
    with Writer(everything) as llm:
        row = ended(jobs, org, spec=spec(llm.spec), analysis_plan=plan)
        summarise(jobs, org.id, callId=row.id)
        summarise(jobs, org.id, callId=row.id)
        work(jobs, org.id)

    assert len(llm.seen) == 4
    assert call(jobs, row).analysis == {
        "summary": "用户查询余额，余额为十元。",
        "summarySource": "model",
        "structuredData": {"amount": 10},
        "structuredDataMulti": [{"again": {"amount": 10}}],
        "successEvaluation": "true",
    }
    paid = [u for u in usage(jobs, row) if u.component == "analysis"]
    assert [(u.usage_id, u.quantities["promptTokens"]) for u in paid] == [
        ("analysis-structuredData", 100),
        ("analysis-structuredData-again", 100),
        ("analysis-successEvaluation", 100),
        ("analysis-summary", 100),
    ]
    kinds = [(c["analysisType"], c["promptTokens"]) for c in call(jobs, row).costs if c["type"] == "analysis"]
    assert kinds == [("summary", 100), ("structuredData", 200), ("successEvaluation", 100)]


def test_a_chinese_call_is_asked_about_in_chinese(jobs: Jobs, org: Org):
    with Writer(everything) as llm:
        row = ended(jobs, org, spec=spec(llm.spec), analysis_plan=SUMMARY_ONLY)
        summarise(jobs, org.id, callId=row.id)

    [asked] = llm.asked
    assert asked[0]["content"].startswith("你是一名专业的通话记录员")
    assert "User: 查一下余额" in asked[1]["content"]


def test_the_transcripts_names_are_the_plans(jobs: Jobs, org: Org):
    names = {"transcriptPlan": {"assistantName": "客服", "userName": "客户"}}

    row = ended(jobs, org, artifact_plan=names)

    assert call(jobs, row).transcript == "客服: 你好，请讲。\n客户: 查一下余额\n客服: 您的余额是\n"


def test_without_a_transcript_the_messages_are_analysed_all_the_same(jobs: Jobs, org: Org):
    with Writer(everything) as llm:
        plan = {"transcriptPlan": {"enabled": False}}
        row = ended(jobs, org, spec=spec(llm.spec), artifact_plan=plan, analysis_plan=SUMMARY_ONLY)
        summarise(jobs, org.id, callId=row.id)

    assert call(jobs, row).transcript is None
    assert "User: 查一下余额" in told(llm.asked[0])


def test_nonsense_is_asked_for_again_once_and_then_left_out(jobs: Jobs, org: Org):
    plan = {
        "summaryPlan": {"enabled": False},
        "successEvaluationPlan": {"enabled": False},
        "structuredDataPlan": {"enabled": True, "schema": SCHEMA},
    }
    with Writer(lambda _: '{"amount": "lots"}') as llm:
        row = ended(jobs, org, spec=spec(llm.spec), analysis_plan=plan)
        summarise(jobs, org.id, callId=row.id)
        work(jobs, org.id)

    assert call(jobs, row).analysis == {}
    assert "amount should be of type integer" in llm.asked[1][-1]["content"]
    assert len(llm.seen) == 2
    [paid] = [u for u in usage(jobs, row) if u.component == "analysis"]
    assert paid.quantities["promptTokens"] == 200


def test_a_second_answer_that_fits_counts(jobs: Jobs, org: Org):
    plan = {"summaryPlan": {"enabled": False}, "successEvaluationPlan": {"rubric": "NumericScale"}}
    with Writer(lambda asked: "Quite well!" if len(asked) < 4 else "8 / 10") as llm:
        row = ended(jobs, org, spec=spec(llm.spec), analysis_plan=plan)
        summarise(jobs, org.id, callId=row.id)

    assert call(jobs, row).analysis == {"successEvaluation": "8"}


@pytest.mark.parametrize("fault", [hang, vanish, reply(500), reply(200, b"data: nonsense\n\n")])
def test_a_model_with_a_fault_costs_its_deadline_and_no_more(jobs: Jobs, org: Org, fault: Any):
    plan = {"summaryPlan": {"timeoutSeconds": 0.3}, **SUMMARY_ONLY}
    with Writer(lambda _: fault) as llm:
        row = ended(jobs, org, spec=spec(llm.spec), analysis_plan=plan)
        summarise(jobs, org.id, callId=row.id)
        llm.over.set()

    assert call(jobs, row).analysis["summarySource"] == "extractive"


def test_a_realtime_model_only_talks_and_its_plain_stand_in_writes(jobs: Jobs, org: Org):
    talks = {"provider": "openai", "model": "gpt-realtime-2.1"}
    with Writer(everything) as llm:
        rows = [
            ended(jobs, org, spec=spec({**talks, "fallbacks": plan}), analysis_plan=SUMMARY_ONLY)
            for plan in ((), (llm.spec,))
        ]
        for row in rows:
            summarise(jobs, org.id, callId=row.id)

    assert [call(jobs, row).analysis["summarySource"] for row in rows] == ["extractive", "model"]
    assert orjson.loads(llm.seen[0].body)["model"] == CHAT["model"]


def test_many_calls_are_analysed_at_once_and_one_after_the_other(jobs: Jobs, org: Org):
    patient = {"timeoutSeconds": 30}
    plan = {"summaryPlan": patient, "successEvaluationPlan": patient}
    with Writer(everything) as llm:
        rows = [ended(jobs, org, spec=spec(llm.spec), analysis_plan=plan) for _ in range(6)]
        with ThreadPoolExecutor(4) as workers:
            list(workers.map(lambda row: summarise(jobs, org.id, callId=row.id), rows))

    assert {call(jobs, row).analysis["summarySource"] for row in rows} == {"model"}
    assert {call(jobs, row).analysis["successEvaluation"] for row in rows} == {"true"}


def test_the_plans_own_question_is_asked(jobs: Jobs, org: Org):
    question = {"role": "user", "content": "Why {{endedReason}}? {{transcript}}"}
    with Writer(lambda _: "Because.") as llm:
        plan = {"summaryPlan": {"messages": [question]}, **SUMMARY_ONLY}
        row = ended(jobs, org, spec=spec(llm.spec), analysis_plan=plan)
        summarise(jobs, org.id, callId=row.id)

    [[message]] = llm.asked
    assert message["content"].startswith("Why customer-ended-call? AI: 你好")


def test_a_question_that_does_not_name_the_rubric_is_told_it(jobs: Jobs, org: Org):
    plan = {
        "summaryPlan": {"enabled": False},
        "successEvaluationPlan": {"messages": [{"role": "user", "content": "{{transcript}} 满意吗？"}]},
    }
    with Writer(everything) as llm:
        row = ended(jobs, org, spec=spec(llm.spec), analysis_plan=plan)
        summarise(jobs, org.id, callId=row.id)

    assert "true" in llm.asked[0][-1]["content"]
    assert call(jobs, row).analysis == {"successEvaluation": "true"}


def test_a_worker_that_dies_after_asking_the_model_writes_it_down_once(
    jobs: Jobs, org: Org, monkeypatch: pytest.MonkeyPatch
):
    row = ended(jobs, org)
    with monkeypatch.context() as dying:
        dying.setattr(call_tasks, "_write_down", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            summarise(jobs, org.id, callId=row.id)

    assert work(jobs, org.id) == ["calls.summarise", "usage.settle", "webhooks.report"]
    assert call(jobs, row).analysis["summarySource"] == "extractive"


def test_the_report_leaves_when_everything_is_known_and_once(jobs: Jobs, org: Org):
    with Target() as target:
        server = {"url": target.url, "timeoutSeconds": 10, "headers": {}}
        row = ended(jobs, org, server=server, server_messages=["end-of-call-report"], name="Test")
        done = work(jobs, org.id)
        summarise(jobs, org.id, callId=row.id)
        work(jobs, org.id)

    assert done == ["calls.summarise", "usage.settle", "webhooks.report", "webhooks.drain"]
    assert [d.type for d in deliveries(jobs, row)] == ["end-of-call-report"]
    [seen] = target.seen
    message = orjson.loads(seen.body)["message"]
    assert message["endedReason"] == "customer-ended-call"
    assert message["cost"] == call(jobs, row).cost_micros / 1e6 == 0.020994
    assert message["analysis"]["summarySource"] == "extractive"
    assert message["transcript"] == call(jobs, row).transcript
    assert message["stereoRecordingUrl"].startswith("http")
    assert (message["call"]["id"], message["call"]["status"]) == (row.id, "ended")


def test_scripted_is_what_the_world_of_these_tests_uses():
    assert SCRIPTED["provider"] in NO_MODEL
