"""After a call: summary, costs, report. Each once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest

from api.jobs.context import Jobs
from api.jobs.listen import Listen
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
from tests.emulators.target import Target, reply

CHAT = {"provider": "custom-llm", "model": "gpt-4o"}


EVENT_STREAM = "content-type: text/event-stream\r\n"


def spec(model: dict[str, Any]) -> dict[str, Any]:
    return {"assistant": {"name": "Ann", "recording": True, "max_duration_s": 600, "model": model}}


def ended(jobs: Jobs, org: Org, **columns: Any) -> CallRow:
    """A call whose events have been applied."""
    row = make_call(jobs, org.id, **columns)
    ship(jobs, conversation(row))
    Listen(jobs, "me").step(1)
    return row


def test_a_scripted_assistants_call_is_quoted_and_says_so(jobs: Jobs, org: Org):
    row = ended(jobs, org)

    summarise(jobs, org.id, callId=row.id)

    assert call(jobs, row).analysis == {
        "summary": "User: 查一下余额 … AI: 您的余额是",
        "summarySource": "extractive",
    }


@pytest.mark.parametrize(
    "plan", [{"summaryPlan": {"enabled": False}}, {"minMessagesThreshold": 4}], ids=["off", "too short"]
)
def test_a_summary_nobody_wants_is_not_made(jobs: Jobs, org: Org, plan: dict[str, Any]):
    row = ended(jobs, org, analysis_plan=plan)

    summarise(jobs, org.id, callId=row.id)

    assert call(jobs, row).analysis is None
    assert [t.task for t in tasks(jobs, org.id)][-1] == "usage.settle"


def test_a_call_that_is_not_over_is_not_summed_up(jobs: Jobs, org: Org):
    row = make_call(jobs, org.id)

    summarise(jobs, org.id, callId=row.id)

    assert tasks(jobs, org.id) == []


def test_a_model_that_cannot_be_reached_leaves_an_honest_summary(jobs: Jobs, org: Org):
    row = ended(jobs, org, spec=spec({**CHAT, "base_url": "http://10.255.255.1:9/v1"}))
    jobs.settings = jobs.settings.model_copy(update={"allowed_targets": []})

    summarise(jobs, org.id, callId=row.id)

    assert call(jobs, row).analysis["summarySource"] == "extractive"


def chat_answer(text: str) -> bytes:
    """One server-sent stream of a chat completion, with its usage."""
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o"}
    delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    counted = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    chunks = [{**head, "choices": [delta]}, {**head, "choices": [], "usage": counted}]
    return b"".join(b"data: " + orjson.dumps(c) + b"\n\n" for c in chunks) + b"data: [DONE]\n\n"


def test_a_real_model_summarises_in_its_own_words_and_is_paid(jobs: Jobs, org: Org):
    answer = reply(
        200, chat_answer("The caller asked for the balance."), "content-type: text/event-stream\r\n"
    )
    with Target(answer) as llm:
        row = ended(jobs, org, spec=spec({**CHAT, "base_url": llm.url.removesuffix("/hook") + "/v1"}))
        summarise(jobs, org.id, callId=row.id)
        summarise(jobs, org.id, callId=row.id)
        work(jobs, org.id)

    asked = orjson.loads(llm.seen[0].body)
    assert len(llm.seen) == 1
    assert "User: 查一下余额" in asked["messages"][1]["content"]
    assert call(jobs, row).analysis == {
        "summary": "The caller asked for the balance.",
        "summarySource": "model",
    }
    [analysis] = [u for u in usage(jobs, row) if u.component == "analysis"]
    assert analysis.quantities["promptTokens"] == 100
    assert call(jobs, row).costs[-1]["type"] == "analysis"


def test_a_realtime_model_only_talks_and_its_plain_stand_in_writes(jobs: Jobs, org: Org):
    talks = {"provider": "openai", "model": "gpt-realtime-2.1"}
    answer = reply(200, chat_answer("The caller asked for the balance."), EVENT_STREAM)
    with Target(answer) as llm:
        writes = {**CHAT, "base_url": llm.url.removesuffix("/hook") + "/v1"}
        rows = [ended(jobs, org, spec=spec({**talks, "fallbacks": plan})) for plan in ((), (writes,))]
        for row in rows:
            summarise(jobs, org.id, callId=row.id)

    assert [call(jobs, row).analysis["summarySource"] for row in rows] == ["extractive", "model"]
    assert orjson.loads(llm.seen[0].body)["model"] == CHAT["model"]


def test_many_calls_are_summarised_at_once_and_one_after_the_other(jobs: Jobs, org: Org):
    with Target() as llm:
        llm.script = [reply(200, chat_answer("Fine."), EVENT_STREAM) for _ in range(12)]
        model = {**CHAT, "base_url": llm.url.removesuffix("/hook") + "/v1"}
        rows = [ended(jobs, org, spec=spec(model)) for _ in range(12)]
        with ThreadPoolExecutor(4) as workers:
            list(workers.map(lambda row: summarise(jobs, org.id, callId=row.id), rows))

    assert {call(jobs, row).analysis["summarySource"] for row in rows} == {"model"}


def test_the_plans_own_question_is_asked(jobs: Jobs, org: Org):
    plan = {"summaryPlan": {"messages": [{"role": "user", "content": "Why {{endedReason}}? {{transcript}}"}]}}
    with Target(reply(500)) as llm:
        model = {**CHAT, "base_url": llm.url.removesuffix("/hook") + "/v1"}
        row = ended(jobs, org, spec=spec(model), analysis_plan=plan)
        summarise(jobs, org.id, callId=row.id)

    [message] = orjson.loads(llm.seen[0].body)["messages"]
    assert message["content"].startswith("Why customer-ended-call? AI: 你好")


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
    assert SCRIPTED["provider"] in call_tasks.NO_MODEL
