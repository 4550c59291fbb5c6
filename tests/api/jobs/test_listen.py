"""Events become rows: exactly once, in order, whatever happens to Redis, PostgreSQL or the process."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import redis as redis_client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import exc, text

from api.jobs import apply, registry, stream
from api.jobs import listen as listen_module
from api.jobs.context import Jobs
from api.jobs.listen import Listen
from api.v1.calls.model import CallRow
from tests.api.jobs.world import (
    START_MS,
    Talk,
    call,
    conversation,
    deliveries,
    make_call,
    ship,
    tasks,
    usage,
)
from tests.api.world import Org, SetClock
from voice_engine.kernel.events import Event, EventType

SERVER = {"url": "https://hooks.example/x", "timeoutSeconds": 20, "headers": {}}


@pytest.fixture
def listen(jobs: Jobs) -> Listen:
    return Listen(jobs, "me")


@pytest.fixture
def row(jobs: Jobs, org: Org) -> CallRow:
    return make_call(jobs, org.id, server=SERVER)


def rows(jobs: Jobs, row: CallRow) -> dict[str, Any]:
    """Everything that events have made of a call, without ids and times of writing."""
    kept = call(jobs, row)
    return {
        "call": kept.model_dump(exclude={"updated_at", "version"}),
        "usage": [u.model_dump(exclude={"id", "created_at", "updated_at"}) for u in usage(jobs, row)],
        "deliveries": [(d.occasion, d.type, d.body) for d in deliveries(jobs, row)],
    }


def test_a_conversation_becomes_the_calls_row(jobs: Jobs, listen: Listen, row: CallRow):
    ship(jobs, conversation(row))

    assert listen.step(1) == 23

    kept = call(jobs, row)
    assert (kept.status, kept.ended_reason) == ("ended", "customer-ended-call")
    assert (kept.started_at.timestamp(), kept.ended_at.timestamp()) == (
        START_MS / 1000 + 1,
        START_MS / 1000 + 23,
    )
    assert [m["role"] for m in kept.messages] == ["bot", "user", "tool_calls", "tool_call_result", "bot"]
    assert kept.transcript == "AI: 你好，请讲。\nUser: 查一下余额\nAI: 您的余额是\n"
    assert kept.recording_key == f"{row.org_id}/{row.id}/stereo.wav"
    assert kept.performance["turnLatencies"][0]["turnLatency"] == 920
    assert kept.performance["numAssistantInterrupted"] == 1


def test_a_turns_latency_is_the_sum_of_its_parts(jobs: Jobs, listen: Listen, row: CallRow):
    ship(jobs, conversation(row))
    listen.step(1)

    [turn] = call(jobs, row).performance["turnLatencies"]

    parts = ("endpointingLatency", "transcriberLatency", "modelLatency", "voiceLatency")
    assert [turn[p] for p in parts] == [400, 100, 250, 150]
    assert sum(turn[p] for p in parts) + turn["segments"]["playoutMs"] == turn["turnLatency"]


def test_usage_is_rated_and_summed_up(jobs: Jobs, listen: Listen, row: CallRow):
    ship(jobs, conversation(row))
    listen.step(1)

    kept, used = call(jobs, row), usage(jobs, row)
    assert [u.usage_id for u in used] == ["model-1", "platform", "transcriber", "voice-0", "voice-1"]
    assert [u.cost_micros for u in used] == [994, 0, 14_400, 2_400, 3_200]
    assert used[0].lines[0]["priceId"] == "qwen-flash-in"
    assert kept.cost_micros == 20_994
    assert [c["type"] for c in kept.costs] == ["transcriber", "model", "voice", "vapi"]
    assert kept.cost_breakdown["total"] == 0.020994


def test_the_server_is_told_what_vapi_would_tell_it(jobs: Jobs, listen: Listen, row: CallRow):
    ship(jobs, conversation(row))
    listen.step(1)

    types = [d.type for d in deliveries(jobs, row)]

    assert types == [
        "status-update", "assistant.started", "speech-update", "conversation-update", "speech-update",
        "speech-update", "speech-update", "conversation-update", "conversation-update", "conversation-update",
        "conversation-update", "user-interrupted", "status-update",
    ]  # fmt: skip


def test_tool_calls_are_not_told_twice(jobs: Jobs, listen: Listen, org: Org):
    row = make_call(jobs, org.id, server=SERVER, server_messages=["tool-calls", "hang"])
    ship(jobs, conversation(row))
    listen.step(1)

    assert deliveries(jobs, row) == []


def test_a_server_that_asks_for_nothing_gets_nothing(jobs: Jobs, listen: Listen, org: Org):
    silent = make_call(jobs, org.id, server=SERVER, server_messages=[])
    without = make_call(jobs, org.id)
    ship(jobs, [*conversation(silent), *conversation(without)])
    listen.step(1)

    assert deliveries(jobs, silent) == deliveries(jobs, without) == []


def test_a_call_in_progress_shows_what_has_been_said_so_far(jobs: Jobs, listen: Listen, row: CallRow):
    ship(jobs, conversation(row)[:3])
    listen.step(1)

    kept = call(jobs, row)
    assert (kept.status, kept.ended_at) == ("in-progress", None)
    assert kept.transcript == "AI: 你好，请讲。\n"


def test_what_is_delivered_twice_counts_once(jobs: Jobs, listen: Listen, row: CallRow):
    events = conversation(row)
    ship(jobs, events)
    listen.step(1)
    once = rows(jobs, row)

    ship(jobs, [*events, *events])
    listen.step(1)

    assert rows(jobs, row) == once


def test_entries_are_gone_once_they_are_applied(jobs: Jobs, listen: Listen, row: CallRow):
    ship(jobs, conversation(row))
    listen.step(1)

    assert jobs.redis.xlen(stream.STREAM) == 0
    assert jobs.redis.xpending(stream.STREAM, stream.GROUP)["pending"] == 0


def test_a_process_that_dies_between_commit_and_acknowledgement_is_harmless(
    jobs: Jobs, listen: Listen, row: CallRow, monkeypatch: pytest.MonkeyPatch
):
    ship(jobs, conversation(row))
    with monkeypatch.context() as dying:
        dying.setattr(stream.EventStream, "done", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            listen.step(1)
    committed = rows(jobs, row)
    dying_left = jobs.redis.xlen(stream.STREAM)

    Listen(jobs, "me").step(1)

    assert (dying_left, jobs.redis.xlen(stream.STREAM)) == (23, 0)
    assert rows(jobs, row) == committed
    assert committed["call"]["status"] == "ended"


def test_the_entries_of_a_dead_consumer_are_taken_over(
    jobs: Jobs, listen: Listen, row: CallRow, monkeypatch: pytest.MonkeyPatch
):
    dead = stream.EventStream(jobs.redis, "dead")
    dead.open()
    ship(jobs, conversation(row))
    assert len(dead.unread(100, 1)) == 23
    monkeypatch.setattr(stream, "CLAIM_AFTER_MS", 0)

    listen.step(1)

    assert call(jobs, row).status == "ended"
    assert jobs.redis.xlen(stream.STREAM) == 0


def test_events_that_come_too_early_wait_for_those_before(jobs: Jobs, listen: Listen, row: CallRow):
    events = conversation(row)
    ship(jobs, events[1:])
    listen.step(1)
    early = call(jobs, row)

    ship(jobs, events[:1])
    listen.step(1)

    assert (early.status, deliveries(jobs, row)[0].type) == ("queued", "status-update")
    assert call(jobs, row).status == "ended"


def test_an_event_that_never_comes_is_given_up_after_a_while(
    jobs: Jobs, listen: Listen, row: CallRow, clock: SetClock
):
    events = conversation(row)
    ship(jobs, [*events[:6], *events[7:]])
    listen.step(1)
    clock.advance(20)
    listen.step(1)
    waiting = call(jobs, row).status
    clock.advance(11)
    listen.step(1)

    assert (waiting, call(jobs, row).status) == ("in-progress", "ended")


def test_an_event_that_comes_after_it_was_given_up_still_counts(
    jobs: Jobs, listen: Listen, row: CallRow, clock: SetClock
):
    events = conversation(row)
    late = next(e for e in events if e.data.get("usageId") == "model-1")
    ship(jobs, [e for e in events if e is not late])
    listen.step(1)
    clock.advance(31)
    listen.step(1)
    without = call(jobs, row)

    ship(jobs, [late])
    listen.step(1)

    assert (without.status, without.cost_micros) == ("ended", 20_000)
    assert call(jobs, row).cost_micros == 20_994
    assert call(jobs, row).ended_reason == "customer-ended-call"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_with_any_duplicates_gives_the_same_rows(
    jobs: Jobs, org: Org, clock: SetClock, data: st.DataObject
):
    clock.reset()
    row = make_call(jobs, org.id, server=SERVER)
    events = conversation(row)
    doubled = events + data.draw(st.lists(st.sampled_from(events), max_size=10))
    shuffled = data.draw(st.permutations(doubled))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    listen = Listen(jobs, "me")
    for begin, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True):
        ship(jobs, shuffled[begin:end])
        listen.step(1)
        clock.advance(1)  # when events are applied must not show

    clock.reset()
    found, expected = rows(jobs, row), _in_order(jobs, org, row)

    assert found == expected


def _in_order(jobs: Jobs, org: Org, like: CallRow) -> dict[str, Any]:
    """What the call would be had every event come once and in order: computed on a twin, then renamed."""
    twin = make_call(jobs, org.id, server=SERVER)
    ship(jobs, conversation(twin))
    Listen(jobs, "me").step(1)
    return _renamed(rows(jobs, twin), {twin.id: like.id, twin.session_id: like.session_id})


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, dict):
        return {key: _renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_renamed(inner, names) for inner in value)
    return value


POISON: dict[str, Callable[[bytes], bytes]] = {
    "not json": lambda _: b"\xff{",
    "not an event": lambda _: b'{"a": 1}',
    "a type from the future": lambda raw: raw.replace(b'"message"', b'"message.v2"', 1),
    "an id that is none": lambda raw: raw.replace(b'"orgId":"', b'"orgId":"\' OR 1=1 --', 1),
    "a number that is none": lambda raw: raw.replace(b'"seq":3', b'"seq":"3"'),
    "a number too large": lambda raw: raw.replace(b'"seq":3', b'"seq":99999999999'),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_an_entry_that_cannot_be_read_is_buried_and_blocks_nobody(
    jobs: Jobs, listen: Listen, row: CallRow, poison: Callable[[bytes], bytes]
):
    events = conversation(row)
    bad = poison(events[2].to_json())
    jobs.redis.xadd(stream.STREAM, {"event": bad})
    ship(jobs, events)

    listen.step(1)

    [(_, fields)] = jobs.redis.xrange(stream.DEAD)
    assert fields[b"event"] == bad
    assert call(jobs, row).status == "ended"
    assert jobs.redis.xlen(stream.STREAM) == 0


def test_an_event_that_cannot_be_applied_is_marked_and_passed_over(jobs: Jobs, listen: Listen, row: CallRow):
    events = conversation(row)
    events[4].data = {"usageId": "voice-0"}  # names no component
    ship(jobs, events)

    listen.step(1)

    with jobs.transaction(row.org_id) as session:
        found = (
            session.connection()
            .execute(text("SELECT seq, error FROM call_events WHERE error IS NOT NULL"))
            .all()
        )
    assert [(seq, "component" in error) for seq, error in found] == [(5, True)]
    assert call(jobs, row).status == "ended"
    assert [u.usage_id for u in usage(jobs, row)] == ["model-1", "platform", "transcriber", "voice-1"]


def test_a_listener_that_breaks_on_one_event_costs_only_that_event(
    jobs: Jobs, listen: Listen, row: CallRow, monkeypatch: pytest.MonkeyPatch
):
    def broken(batch: registry.Batch) -> None:
        if EventType.TURN_STARTED in batch.types:
            raise ZeroDivisionError

    monkeypatch.setattr(registry, "LISTENERS", registry.LISTENERS)
    registry.LISTENERS.append(broken)
    try:
        ship(jobs, conversation(row))
        listen.step(1)
    finally:
        registry.LISTENERS.remove(broken)

    assert call(jobs, row).status == "ended"
    assert len(usage(jobs, row)) == 5


def test_a_nul_character_does_not_stop_a_conversation(jobs: Jobs, listen: Listen, row: CallRow):
    talk = Talk(row)
    talk.say(EventType.SESSION_STARTED, assistantName="Ann")
    talk.say(EventType.MESSAGE, role="user", message="a\x00b \\u0000", time=1, secondsFromStart=0.1)
    ship(jobs, talk.events)
    listen.step(1)

    assert call(jobs, row).messages[0]["message"] == "a\ufffdb \\u0000"


def test_events_of_a_call_that_was_deleted_are_put_aside(jobs: Jobs, listen: Listen, row: CallRow):
    with jobs.transaction(row.org_id) as session:
        session.delete(call(jobs, row))
    ship(jobs, conversation(row)[:2])

    listen.step(1)

    assert jobs.redis.xlen(stream.DEAD) == 2
    assert jobs.redis.xlen(stream.STREAM) == 0


def test_an_event_cannot_reach_another_organisations_call(
    jobs: Jobs, listen: Listen, row: CallRow, other_org: Org
):
    forged = [
        Event(e.type, other_org.id, e.call_id, e.session_id, e.seq, e.at_ms, e.t, e.data)
        for e in conversation(row)
    ]
    ship(jobs, forged)

    listen.step(1)

    assert call(jobs, row).status == "queued"
    assert jobs.redis.xlen(stream.DEAD) == 23


def test_when_the_database_is_away_nothing_is_acknowledged(
    jobs: Jobs, listen: Listen, row: CallRow, monkeypatch: pytest.MonkeyPatch
):
    def away(*_: Any) -> None:
        raise exc.OperationalError("BEGIN", None, Exception("gone"))

    ship(jobs, conversation(row))
    with monkeypatch.context() as outage:
        outage.setattr(apply.event_log, "lock", away)
        with pytest.raises(exc.OperationalError):
            listen.step(1)
    Listen(jobs, "me").step(1)

    assert call(jobs, row).status == "ended"


def test_when_redis_has_lost_everything_the_group_is_made_anew(jobs: Jobs, listen: Listen, row: CallRow):
    listen.step(1)
    jobs.redis.flushall()
    with pytest.raises(redis_client.ResponseError):
        listen.step(1)
    ship(jobs, conversation(row))

    Listen(jobs, "me").step(1)

    assert call(jobs, row).status == "ended"


def test_a_call_that_has_ended_is_summed_up(jobs: Jobs, listen: Listen, row: CallRow):
    ship(jobs, conversation(row))
    listen.step(1)

    names = [t.task for t in tasks(jobs, row.org_id)]

    assert names == ["calls.summarise", "webhooks.drain"]


def test_deleting_a_call_takes_its_events_and_messages_but_not_what_is_billed(
    jobs: Jobs, listen: Listen, row: CallRow
):
    ship(jobs, conversation(row))
    listen.step(1)

    with jobs.transaction(row.org_id) as session:
        session.delete(session.get_one(CallRow, row.id))
    with jobs.transaction(row.org_id) as session:
        left = {
            table: session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in ("call_events", "call_sessions", "webhook_deliveries", "usage_records")
        }

    assert left == {"call_events": 0, "call_sessions": 0, "webhook_deliveries": 0, "usage_records": 5}


def test_listeners_that_share_one_call_keep_its_order(jobs: Jobs, org: Org, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listen_module, "BATCH", 3)
    calls = [make_call(jobs, org.id, server=SERVER) for _ in range(6)]
    listeners = [Listen(jobs, name) for name in ("one", "two", "three")]
    ship(jobs, [event for group in zip(*map(conversation, calls), strict=True) for event in group])
    threads = [threading.Thread(target=_until_empty, args=(jobs, each)) for each in listeners]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {(call(jobs, row).status, call(jobs, row).cost_micros) for row in calls} == {("ended", 20_994)}
    assert {len(deliveries(jobs, row)) for row in calls} == {13}


def _until_empty(jobs: Jobs, listen: Listen) -> None:
    while jobs.redis.xlen(stream.STREAM):
        listen.step(1)


def test_a_message_that_comes_late_takes_its_own_place(
    jobs: Jobs, listen: Listen, row: CallRow, clock: SetClock
):
    talk = Talk(row)
    talk.say(EventType.SESSION_STARTED, assistantName="Ann")
    for word in ("one", "two", "three"):
        talk.say(EventType.MESSAGE, role="user", message=word, time=1, secondsFromStart=0.1)
    ship(jobs, [e for e in talk.events if e.data.get("message") != "two"])
    listen.step(1)
    clock.advance(31)
    listen.step(1)
    without = call(jobs, row).transcript

    ship(jobs, talk.events)
    listen.step(1)

    assert without == "User: one\nUser: three\n"
    assert call(jobs, row).transcript == "User: one\nUser: two\nUser: three\n"
