"""What is told beside events, with which credential, in which order, and sent again by the hundred."""

from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
from sqlmodel import select
from starlette.concurrency import run_in_threadpool

from api.jobs.context import Jobs
from api.v1.calls.model import CallRow
from api.v1.credentials.model import CredentialRow
from api.v1.credentials.repo import Credentials
from api.v1.webhooks.deletions import told_of
from api.v1.webhooks.model import DeliveryRow
from api.v1.webhooks.repo import Deliveries, Told
from api.v1.webhooks.tasks import drain
from api.v1.webhooks.telling import forget, tell
from api.v1.webhooks.words import chat_event, session_event, status_update
from tests.api.jobs.world import make_call, work
from tests.api.world import Org, SetClock
from tests.emulators.target import Target, reply
from voice_engine.kernel.errors import Unavailable
from voice_engine.kernel.sealed import seal

CHAT = {"id": "chat-1", "orgId": "o", "assistantId": "a1", "output": [{"role": "assistant", "content": "好"}]}


@pytest.fixture
def target() -> Iterator[Target]:
    with Target() as target:
        yield target


def told(jobs: Jobs, org: Org, server: dict[str, Any] | None, *kinds: str, wanted: Any = ()) -> list[bool]:
    """Messages about one chat."""
    with jobs.transaction(org.id) as session:
        return [
            tell(session, org.id, "chat", "chat-1", server, wanted or kinds, chat_event(kind, CHAT, 1000))  # type: ignore[arg-type]
            for kind in kinds
        ]


def messages(target: Target) -> list[dict[str, Any]]:
    return [orjson.loads(seen.body)["message"] for seen in target.seen]


def credential(jobs: Jobs, org: Org, plan: dict[str, Any], **secrets: str) -> str:
    """A stored one; its id."""
    packed = orjson.dumps({f"authenticationPlan.{k}": v for k, v in secrets.items()}).decode()
    sealed = seal(packed, jobs.settings.secret_bytes, context=org.id)
    fields = {"authenticationPlan": plan}
    with jobs.transaction(org.id) as session:
        row = Credentials(session, org.id).add(
            CredentialRow(org_id=org.id, provider="webhook", fields=fields, sealed=sealed)
        )
        return row.id


def deliveries(jobs: Jobs, org: Org) -> list[DeliveryRow]:
    with jobs.transaction(org.id) as session:
        return [*session.exec(select(DeliveryRow).order_by(DeliveryRow.position)).all()]  # type: ignore[arg-type]


# ── chats and sessions ───────────────────────────────────────────────────────────────────────────────


def test_a_chats_messages_come_in_order_with_the_chat(jobs: Jobs, org: Org, target: Target):
    target.script = [reply(500)]
    told(jobs, org, {"url": target.url}, "chat.created", "chat.deleted")
    drain(jobs, org.id, subjectId="chat-1")
    assert len(target.seen) == 1  # the second waits for the first
    jobs.clock.advance(15)  # type: ignore[attr-defined]
    drain(jobs, org.id, subjectId="chat-1")

    assert [message["type"] for message in messages(target)] == [
        "chat.created",
        "chat.created",
        "chat.deleted",
    ]
    assert messages(target)[0] == {
        "type": "chat.created", "timestamp": 1000, "chat": CHAT, "assistant": {"id": "a1"},
    }  # fmt: skip


def test_a_session_is_told_with_its_customer():
    session = {"id": "s1", "assistantId": "a1", "customer": {"number": "+86"}, "status": "active"}

    assert session_event("session.updated", session, 5) == {
        "type": "session.updated", "timestamp": 5, "session": session, "assistant": {"id": "a1"},
        "customer": {"number": "+86"},
    }  # fmt: skip


def test_only_what_is_wanted_is_told_and_only_where_there_is_a_server(jobs: Jobs, org: Org, target: Target):
    server = {"url": target.url}

    assert told(jobs, org, None, "chat.created") == [False]
    assert told(jobs, org, {}, "chat.created") == [False]
    assert told(jobs, org, server, "chat.created", wanted=["hang"]) == [False]
    with jobs.transaction(org.id) as session:
        event = chat_event("chat.created", CHAT, 1)
        assert not tell(session, org.id, "chat", "c", server, None, event)  # not in Vapi's default set
    assert deliveries(jobs, org) == []


def test_an_occasion_is_told_once(jobs: Jobs, org: Org, target: Target):
    call = {"id": "c1", "assistant": {"name": "Ann"}}
    with jobs.transaction(org.id) as session:
        for _ in range(2):
            queued = status_update("queued", call, 1)
            tell(session, org.id, "call", "c1", {"url": target.url}, None, queued, occasion="queued")

    [only] = deliveries(jobs, org)
    assert orjson.loads(only.body)["message"] == {
        "type": "status-update", "status": "queued", "timestamp": 1, "call": {"id": "c1"},
        "assistant": {"name": "Ann"},
    }  # fmt: skip


def test_what_was_told_of_something_goes_with_it(jobs: Jobs, org: Org, target: Target):
    told(jobs, org, {"url": target.url}, "chat.created")

    with jobs.transaction(org.id) as session:
        forget(session, org.id, "chat-1")
    told(jobs, org, {"url": target.url}, "chat.deleted")

    assert [each.type for each in deliveries(jobs, org)] == ["chat.deleted"]


# ── calls that are erased ────────────────────────────────────────────────────────────────────────────


def test_the_end_of_a_call_is_told_without_what_was_said_in_it(jobs: Jobs, org: Org, target: Target):
    server = {"url": target.url, "timeoutSeconds": 10, "headers": {"x-shop": "9"}}
    row = make_call(jobs, org.id, server=server, server_messages=["call.deleted"])
    was = {"id": row.id, "orgId": org.id, "status": "ended", "transcript": "secret", "messages": ["secret"]}
    with jobs.transaction(org.id) as session:
        Deliveries(session, org.id).make(row.id, target.url, [Told("1", "transcript", '{"secret":1}')])
        with told_of(session, session.get_one(CallRow, row.id), lambda: was):
            session.delete(session.get_one(CallRow, row.id))
            session.flush()

    drain(jobs, org.id, subjectId=row.id)

    [seen] = target.seen
    assert messages(target)[0]["type"] == "call.deleted"
    assert messages(target)[0]["call"]["id"] == row.id
    assert b"secret" not in seen.body
    assert seen.headers["x-shop"] == "9"


def test_a_call_that_cannot_be_erased_is_told_of_although_nothing_else_is_written(
    jobs: Jobs, org: Org, target: Target
):
    row = make_call(jobs, org.id, server={"url": target.url}, server_messages=["call.delete.failed"])

    def erase() -> None:
        with jobs.transaction(org.id) as session:
            found = session.get_one(CallRow, row.id)
            with told_of(session, found, lambda: {"id": row.id}):
                found.name = "half"
                raise Unavailable("recording_not_erased", "The disk is gone.")

    with pytest.raises(Unavailable):
        erase()
    drain(jobs, org.id, subjectId=row.id)

    assert [(m["type"], m["call"]) for m in messages(target)] == [("call.delete.failed", {"id": row.id})]
    with jobs.transaction(org.id) as session:
        assert session.get_one(CallRow, row.id).name is None


# ── with a credential ────────────────────────────────────────────────────────────────────────────────


def test_a_delivery_shows_who_sends_it_as_the_credential_says_now(jobs: Jobs, org: Org, target: Target):
    id = credential(jobs, org, {"type": "bearer"}, token="old")
    told(jobs, org, {"url": target.url, "credentialId": id}, "chat.created")
    with jobs.transaction(org.id) as session:
        fresh = orjson.dumps({"authenticationPlan.token": "new"}).decode()
        row = Credentials(session, org.id).lock(id)
        row.sealed = seal(fresh, jobs.settings.secret_bytes, context=org.id)

    drain(jobs, org.id, subjectId="chat-1")

    assert target.seen[0].headers["authorization"] == "Bearer new"
    assert target.seen[0].headers["webhook-signature"].startswith("v1,")


def test_one_token_serves_many_deliveries(jobs: Jobs, org: Org, target: Target):
    with Target(reply(200, b'{"access_token":"t1","expires_in":3600}')) as endpoint:
        plan = {"type": "oauth2", "url": endpoint.url, "clientId": "me"}
        id = credential(jobs, org, plan, clientSecret="hush")
        told(jobs, org, {"url": target.url, "credentialId": id}, "chat.created", "chat.deleted")
        drain(jobs, org.id, subjectId="chat-1")

        assert len(endpoint.seen) == 1
    assert [seen.headers["authorization"] for seen in target.seen] == ["Bearer t1"] * 2


def test_a_token_endpoint_that_fails_delays_the_message_and_is_written_down(
    jobs: Jobs, org: Org, clock: SetClock, target: Target
):
    with Target(reply(503), reply(200, b'{"access_token":"t1"}')) as endpoint:
        plan = {"type": "oauth2", "url": endpoint.url, "clientId": "me"}
        id = credential(jobs, org, plan, clientSecret="hush")
        told(jobs, org, {"url": target.url, "credentialId": id}, "chat.created")
        drain(jobs, org.id, subjectId="chat-1")
        failed = deliveries(jobs, org)[0]
        clock.advance(15)
        drain(jobs, org.id, subjectId="chat-1")

    assert (failed.status, "token endpoint answered 503" in failed.log[0]["error"]) == ("pending", True)
    assert deliveries(jobs, org)[0].status == "delivered"


def test_a_credential_that_has_gone_makes_the_message_dead_and_says_why(jobs: Jobs, org: Org, target: Target):
    told(jobs, org, {"url": target.url, "credentialId": "gone"}, "chat.created")

    drain(jobs, org.id, subjectId="chat-1")

    [dead] = deliveries(jobs, org)
    assert (dead.status, target.seen) == ("dead", [])
    assert "credential 'gone' does not exist" in dead.log[0]["error"]


# ── sent again ───────────────────────────────────────────────────────────────────────────────────────


async def test_all_dead_letters_of_a_subject_are_sent_again_by_one_request(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, other_org: Org, target: Target
):
    target.script = [reply(410), reply(200), reply(410)]
    kinds = ("chat.created", "chat.deleted", "chat.created")
    told(jobs, org, {"url": target.url}, *kinds)
    await run_in_threadpool(drain, jobs, org.id, subjectId="chat-1")

    foreign = await client.post("/v1/webhook-deliveries/replay", json={}, headers=other_org.headers)
    answer = await client.post(
        "/v1/webhook-deliveries/replay", json={"chatId": "chat-1"}, headers=org.headers
    )
    await run_in_threadpool(work, jobs, org.id)

    assert (foreign.json(), answer.json()) == (
        {"replayed": 0, "more": False}, {"replayed": 2, "more": False},
    )  # fmt: skip
    assert [message["type"] for message in messages(target)] == [*kinds, "chat.created", "chat.created"]
    assert {row.status for row in deliveries(jobs, org)} == {"delivered"}


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ({"type": "chat.created"}, 1),
        ({"type": "hang"}, 0),
        ({"chatId": "other"}, 0),
        ({"sessionId": "chat-1"}, 0),
        ({"status": "delivered"}, 0),
        ({"createdAtGe": "2026-11-20T12:00:00Z"}, 1),
        ({"createdAtLe": "2026-11-20T11:59:59Z"}, 0),
    ],
)
async def test_only_what_matches_is_sent_again(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, target: Target, filter: dict[str, str], found: int
):
    target.script = [reply(410)]
    told(jobs, org, {"url": target.url}, "chat.created")
    await run_in_threadpool(drain, jobs, org.id, subjectId="chat-1")

    answer = await client.post("/v1/webhook-deliveries/replay", json=filter, headers=org.headers)

    assert (answer.status_code, answer.json()["replayed"]) == (200, found)


@pytest.mark.parametrize(
    ("body", "told"),
    [({"callId": "a", "chatId": "b"}, "one of"), ({"status": "pending"}, "dead"), ({"stat": 1}, "status")],
)
async def test_a_wish_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, org: Org, body: dict[str, Any], told: str
):
    answer = await client.post("/v1/webhook-deliveries/replay", json=body, headers=org.headers)

    assert (answer.status_code, told in answer.text) == (400, True)


async def test_deliveries_are_listed_by_what_they_are_about(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, target: Target
):
    told(jobs, org, {"url": target.url}, "chat.created")

    async def listed(**query: str) -> list[dict[str, Any]]:
        found = await client.get("/v1/webhook-deliveries", params=query, headers=org.headers)
        return found.json()  # type: ignore[no-any-return]

    [one] = await listed(chatId="chat-1")
    assert (one["subject"], one["subjectId"], "callId" in one) == ("chat", "chat-1", False)
    assert await listed(callId="chat-1") == await listed(sessionId="chat-1") == []
