"""What may not be kept is gone, and what is billed is not."""

from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import text

from api.jobs.context import Jobs
from api.jobs.listen import Listen
from api.v1.calls.erasure import erase_due
from api.v1.calls.model import CallRow
from tests.api.jobs.world import Talk, call, conversation, deliveries, make_call, ship, tasks, usage, work
from tests.api.world import Org, SetClock
from tests.emulators.target import Target, reply
from voice_engine.kernel.events import EventType

pytestmark = pytest.mark.slow

DAY = 86_400
KEPT_NOTHING = {"hipaaEnabled": True}


def ended(jobs: Jobs, org: Org, **columns: Any) -> CallRow:
    row = make_call(jobs, org.id, **columns)
    ship(jobs, conversation(row))
    Listen(jobs, "me").step(1)
    return call(jobs, row)


def recorded(jobs: Jobs, row: CallRow) -> Path:
    """The call's recording, with what was made of it beside it."""
    assert row.recording_key
    file = jobs.settings.data_dir / "blobs" / row.recording_key
    file.parent.mkdir(parents=True)
    for name in ("stereo.wav", "mono.wav", "customer.mp3"):
        (file.parent / name).write_bytes(b"x")
    return file.parent


def events(jobs: Jobs, row: CallRow) -> int:
    with jobs.transaction(row.org_id) as session:
        [[count]] = session.look("SELECT count(*) FROM call_events WHERE call_id = %(c)s", {"c": row.id})
    return int(count)


@pytest.fixture
def server() -> Any:
    with Target() as target:
        yield target


def told(server: Target) -> dict[str, Any]:
    return {"server": {"url": server.url, "timeoutSeconds": 5, "headers": {}}, "server_messages": REPORT}


REPORT = ["end-of-call-report", "status-update"]


def test_of_a_call_of_which_nothing_is_kept_only_the_report_has_the_words(
    jobs: Jobs, org: Org, server: Target, clock: SetClock
):
    row = ended(jobs, org, compliance_plan=KEPT_NOTHING, **told(server))
    erase_due(jobs)
    before = call(jobs, row).transcript
    work(jobs, org.id)
    clock.advance(61)
    erase_due(jobs)

    [report] = [m for seen in server.seen if (m := orjson.loads(seen.body)["message"])["type"] == REPORT[0]]
    gone = call(jobs, row)
    assert before is not None
    assert "查一下余额" in report["transcript"]
    assert (gone.messages, gone.transcript, gone.analysis) == ([], None, {})
    assert events(jobs, row) == 0
    assert [d.body for d in deliveries(jobs, row)] == [""] * len(deliveries(jobs, row))
    assert gone.erased == {"contentAt": "2026-11-20T12:01:01.000Z"}
    assert gone.content_until is None
    assert gone.cost_micros == 20_994
    assert len(usage(jobs, row)) == 5


def test_a_report_that_cannot_be_delivered_yet_is_waited_for(
    jobs: Jobs, org: Org, server: Target, clock: SetClock
):
    server.script = [reply(500)] * 2
    row = ended(jobs, org, compliance_plan=KEPT_NOTHING, **told(server))
    work(jobs, org.id)
    for _ in range(3):
        clock.advance(61)
        erase_due(jobs)

    assert {d.status for d in deliveries(jobs, row)} == {"pending"}
    assert call(jobs, row).transcript is not None


def test_what_comes_after_the_erasure_brings_nothing_back(jobs: Jobs, org: Org, clock: SetClock):
    row = ended(jobs, org, compliance_plan=KEPT_NOTHING)
    work(jobs, org.id)
    clock.advance(61)
    erase_due(jobs)

    late = Talk(row)
    for _ in range(23):
        late.say(EventType.SPEECH_STARTED, role="user", turn=9, atS=1.0)
    late.events.clear()
    late.say(EventType.MESSAGE, role="user", message="我的密码是", time=0, secondsFromStart=1)
    ship(jobs, late.events)
    Listen(jobs, "me").step(1)

    assert (call(jobs, row).messages, call(jobs, row).status) == ([], "ended")


def test_recordings_and_words_go_after_their_own_days(jobs: Jobs, org: Org, clock: SetClock):
    days = {"retentionDays": {"recording": 1, "transcript": 30}}
    row = ended(jobs, org, compliance_plan=days)
    folder = recorded(jobs, row)
    work(jobs, org.id)
    assert row.ended_at
    at = (row.ended_at - clock.wall()).total_seconds()

    clock.advance(at + DAY - 1)
    erase_due(jobs)
    early = sorted(path.name for path in folder.iterdir())
    clock.advance(2)
    erase_due(jobs)
    after_a_day = call(jobs, row)
    clock.advance(29 * DAY)
    erase_due(jobs)

    assert early == ["customer.mp3", "mono.wav", "stereo.wav"]
    assert list(folder.iterdir()) == []
    assert (after_a_day.recording_key, after_a_day.transcript is None) == (None, False)
    assert set(after_a_day.erased or {}) == {"recordingAt"}
    assert (call(jobs, row).transcript, set(call(jobs, row).erased or {})) == (
        None,
        {"recordingAt", "contentAt"},
    )


def test_a_log_nobody_wanted_goes_once_the_report_is_written(jobs: Jobs, org: Org, clock: SetClock):
    row = ended(jobs, org, artifact_plan={"loggingEnabled": False})
    work(jobs, org.id)
    kept = events(jobs, row)
    clock.advance(61)
    work(jobs, org.id)

    assert (kept, events(jobs, row)) == (23, 0)
    assert call(jobs, row).transcript is not None
    assert [t.task for t in tasks(jobs, org.id) if t.done_at is None] == []


def test_what_has_no_end_is_kept_for_ever(jobs: Jobs, org: Org, clock: SetClock):
    row = ended(jobs, org)
    work(jobs, org.id)
    clock.advance(4000 * DAY)
    erase_due(jobs)

    assert (call(jobs, row).erased, events(jobs, row)) == (None, 23)


def test_prompts_with_the_callers_data_go_with_the_words(jobs: Jobs, org: Org, clock: SetClock):
    model = {"provider": "scripted", "messages": [{"role": "system", "content": "王先生 13800138000"}]}
    assistant = {"name": "Ann", "model": model, "first_message": "王先生您好", "max_duration_s": 600}
    overrides = {"variableValues": {"phone": "13800138000"}, "name": "x"}
    row = ended(
        jobs, org, compliance_plan=KEPT_NOTHING, spec={"assistant": assistant}, assistant_overrides=overrides
    )
    work(jobs, org.id)
    clock.advance(61)
    erase_due(jobs)

    with jobs.transaction(org.id) as session:
        [[whole]] = session.connection().execute(
            text("SELECT to_jsonb(c)::text FROM calls c WHERE id = :id"), {"id": row.id}
        )
    assert "13800138000" not in whole
    assert "王先生" not in whole
    assert call(jobs, row).assistant_overrides == {"name": "x"}


async def test_an_organisations_defaults_hold_for_its_assistants(
    client: httpx.AsyncClient, app: Any, jobs: Jobs, org: Org, redis: Any
):
    from tests.api.v1.calls.engines import register

    register(redis)
    plan = {"maskingEnabled": True, "retentionDays": {"recording": 30}}
    with jobs.transaction(org.id) as session:
        session.connection().execute(
            text(
                "UPDATE organizations SET settings = jsonb_build_object('compliancePlan', CAST(:p AS jsonb))"
            ),
            {"p": orjson.dumps(plan).decode()},
        )
    own = {"retentionDays": {"transcript": 7}, "pciEnabled": True}
    assistant = {"model": {"provider": "scripted"}, "compliancePlan": own}
    made = await client.post("/call", json={"assistant": assistant}, headers=org.headers)

    row = call(jobs, CallRow(org_id=org.id, **{k: made.json()[k] for k in ("id",)}))
    assert row.compliance_plan == {
        "maskingEnabled": True,
        "pciEnabled": True,
        "retentionDays": {"recording": 30, "transcript": 7},
    }
    assert (row.spec["masked"], row.spec["assistant"]["recording"]) == (True, False)
