"""Steering a live call: only with its token, only while it lives."""

from typing import Any, cast

import httpx
import pytest
from pydantic import ValidationError
from redis import Redis

from api.settings import ApiSettings
from api.v1.calls.control import ControlMessage
from tests.api.v1.calls.engines import answering, go_live, register
from tests.api.world import Org, SetClock
from voice_engine.kernel import tokens
from voice_engine.kernel.errors import BadRequest
from voice_engine.session.commands import obey
from voice_engine.session.session import Session

ASSISTANT = {"model": {"provider": "scripted"}}
SAY = {"type": "say", "content": "One moment, please.", "endCallAfterSpoken": True}


@pytest.fixture
async def call(client: httpx.AsyncClient, org: Org, redis: Redis) -> dict[str, Any]:
    register(redis)
    made = await client.post("/v1/calls", json={"assistant": ASSISTANT}, headers=org.headers)
    body: dict[str, Any] = made.json()
    return body


async def test_a_message_reaches_the_engine_and_its_answer_comes_back(
    client: httpx.AsyncClient, call: dict[str, Any], redis: Redis
):
    go_live(redis, call["id"])

    with answering(redis, lambda request: {"ok": True}) as got:
        answer = await client.post(call["monitor"]["controlUrl"], json=SAY)

    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert [(request["callId"], request["message"]) for request in got] == [(call["id"], SAY)]
    assert redis.llen("yingda:control:engine-1") == 0


@pytest.mark.parametrize(("status", "answered"), [(400, 400), (404, 409), (409, 409)])
async def test_what_the_engine_refuses_is_refused(
    client: httpx.AsyncClient, call: dict[str, Any], redis: Redis, status: int, answered: int
):
    go_live(redis, call["id"])
    refusal = {"ok": False, "status": status, "code": "why_not", "message": "Because."}

    with answering(redis, lambda request: refusal):
        answer = await client.post(call["monitor"]["controlUrl"], json=SAY)

    assert (answer.status_code, answer.json()["code"], answer.json()["message"]) == (
        answered,
        "why_not",
        "Because.",
    )


async def test_the_url_under_v1_works_too(client: httpx.AsyncClient, call: dict[str, Any], redis: Redis):
    go_live(redis, call["id"])
    url = call["monitor"]["controlUrl"].replace(f"/{call['id']}/", f"/v1/{call['id']}/")

    with answering(redis, lambda request: {}):
        answer = await client.post(url, json={"type": "end-call"})

    assert answer.status_code == 200


async def test_a_call_that_has_not_begun_cannot_be_steered(client: httpx.AsyncClient, call: dict[str, Any]):
    answer = await client.post(call["monitor"]["controlUrl"], json=SAY)

    assert (answer.status_code, answer.json()["code"]) == (409, "call_not_live")


async def test_an_engine_that_is_silent_gets_no_late_message(
    client: httpx.AsyncClient, call: dict[str, Any], redis: Redis
):
    go_live(redis, call["id"])

    answer = await client.post(call["monitor"]["controlUrl"], json=SAY)

    assert (answer.status_code, answer.json()["code"]) == (503, "engine_silent")
    assert redis.llen("yingda:control:engine-1") == 0


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "say"}, ["content should not be empty."]),
        (
            {"type": "say", "contents": "x"},
            ["property contents should not exist; did you mean content?"],
        ),
        (
            {"type": "transfer", "destination": {}},
            ["destination.type should be one of the following values: number, sip."],
        ),
        (
            {"type": "hangup"},
            [
                "type should be one of the following values: say, add-message, control, end-call, handoff, "
                "transfer, append-context, send-transport-message."
            ],
        ),
        ({"type": "add-message"}, ["message is required."]),
        (
            {"type": "control", "control": "mute"},
            [
                "control should be 'mute-assistant', 'unmute-assistant', 'mute-customer', 'unmute-customer', "
                "'say-first-message', 'hold' or 'resume'."
            ],
        ),
    ],
)
async def test_a_wrong_message_is_refused(
    client: httpx.AsyncClient, call: dict[str, Any], redis: Redis, body: dict[str, Any], message: list[str]
):
    go_live(redis, call["id"])

    answer = await client.post(call["monitor"]["controlUrl"], json=body)

    assert (answer.status_code, answer.json()["message"]) == (400, message)


async def test_only_the_calls_own_unexpired_control_token_opens(
    client: httpx.AsyncClient,
    call: dict[str, Any],
    redis: Redis,
    org: Org,
    clock: SetClock,
    settings: ApiSettings,
):
    go_live(redis, call["id"])
    other = await client.post("/v1/calls", json={"assistant": ASSISTANT}, headers=org.headers)
    url = f"/{call['id']}/control"
    token = call["monitor"]["controlUrl"].partition("?token=")[2]

    async def refusal(url: str, token: str) -> tuple[int, str]:
        answer = await client.post(f"{url}?token={token}", json=SAY)
        return answer.status_code, answer.json()["code"]

    missing = await client.post(url, json=SAY)
    assert missing.status_code == 400
    assert missing.json()["message"] == ["query parameter token is required."]
    assert await refusal(url, "nonsense") == (401, "token_invalid")
    assert await refusal(url, other.json()["monitor"]["controlUrl"].partition("?token=")[2]) == (
        401,
        "token_wrong_call",
    )
    assert await refusal(url, call["monitor"]["listenUrl"].partition("?token=")[2]) == (
        401,
        "token_wrong_kind",
    )
    foreign = tokens.sign({"kind": "control", "call": call["id"]}, b"x" * 32, expires_at=9e9)
    assert await refusal(url, foreign) == (401, "token_invalid")
    clock.advance(1200)
    assert await refusal(url, token) == (401, "token_expired")


async def test_where_the_assistant_wants_it_a_key_is_shown_besides_the_token(
    client: httpx.AsyncClient, org: Org, other_org: Org, redis: Redis
):
    register(redis)
    plan = {**ASSISTANT, "monitorPlan": {"controlAuthenticationEnabled": True}}
    made = await client.post("/v1/calls", json={"assistant": plan}, headers=org.headers)
    url = made.json()["monitor"]["controlUrl"]
    go_live(redis, made.json()["id"])

    refused = [await client.post(url, json=SAY, headers=headers) for headers in ({}, other_org.headers)]
    with answering(redis, lambda request: {"ok": True}):
        taken = await client.post(url, json=SAY, headers=org.public_headers)

    assert [answer.status_code for answer in refused] == [401, 401]
    assert taken.status_code == 200


TO_BILLING = {"type": "handoff", "destination": {"type": "assistant", "assistantName": "账务"}}
TO_A_PERSON = {"type": "transfer", "destination": {"type": "number", "number": "+8657188880000"}}
# What both the control URL and the client's socket take, and what neither does.
GOOD: list[dict[str, Any]] = [
    SAY,
    {"type": "say", "message": "好的", "interruptionsEnabled": False, "interruptAssistantEnabled": True},
    {"type": "add-message", "message": {"role": "system", "content": "x"}, "triggerResponseEnabled": False},
    *(
        {"type": "control", "control": name}
        for name in (
            "mute-assistant", "unmute-assistant", "mute-customer", "unmute-customer", "say-first-message",
        )
    ),
    {"type": "append-context", "kind": "commentary", "content": "The caller's order has arrived."},
    {"type": "append-context", "kind": "thinking", "content": "x"},
    {"type": "append-context", "kind": "instructions", "content": "x"},
    {**TO_BILLING, "content": "稍等。"},
    {"type": "handoff", "destination": {"type": "assistant", "assistantId": "a-2"}},
    {"type": "handoff", "destination": {"type": "squad", "squadId": "s-2"}},
    {**TO_A_PERSON, "content": "为您转接。"},
    {"type": "transfer", "destination": {"type": "sip", "sipUri": "sip:a@example.com"}},
    {"type": "send-transport-message", "message": {"transport": "vapi.sip", "sipVerb": "INFO", "body": "x"}},
    {"type": "end-call"},
]  # fmt: skip
BAD: list[dict[str, Any]] = [
    {"type": "say"},
    {"type": "say", "content": "x" * 5001},
    {"type": "add-message", "message": {"role": "boss", "content": "x"}},
    {"type": "control", "control": "mute"},
    {"type": "append-context", "kind": "gossip", "content": "x"},
    {"type": "append-context", "kind": "thinking"},
    {"type": "handoff", "destination": {"type": "assistant"}},
    {"type": "transfer", "destination": {"type": "number"}},
    {"type": "transfer", "destination": {"type": "assistant", "assistantName": "账务"}},
    {"type": "transfer"},
    {"type": "send-transport-message"},
    {"type": "sing"},
]


class _Anything:
    """A session that does whatever it is told."""

    live = True

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: True


@pytest.mark.parametrize("message", GOOD, ids=lambda m: str(m)[:60])
def test_what_the_control_url_takes_the_socket_takes_too(message: dict[str, Any]):
    forwarded = ControlMessage.model_validate(message).root.given()

    obey(cast(Session, _Anything()), forwarded)

    assert forwarded == message


@pytest.mark.parametrize("message", BAD, ids=lambda m: str(m)[:60])
def test_what_makes_no_sense_is_refused_by_both(message: dict[str, Any]):
    with pytest.raises(ValidationError):
        ControlMessage.model_validate(message)
    with pytest.raises(BadRequest):
        obey(cast(Session, _Anything()), message)
