"""Who is to take this call? Answers of every kind, and none."""

import asyncio
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from standardwebhooks import Webhook

from api.v1.assistants.schemas.server import Server
from api.v1.webhooks import asking
from api.v1.webhooks.asking import Chosen, ask_for_assistant, read
from api.v1.webhooks.targets import keep
from tests.api.world import Org
from tests.emulators.target import (
    LOOPBACK,
    Behaviour,
    Target,
    closed_port,
    drip_body,
    drip_headers,
    flood,
    hang,
    redirect,
    reply,
    vanish,
)  # fmt: skip
from voice_engine.kernel.authentication import derived_secret
from voice_engine.kernel.sealed import seal

CALL = {
    "id": "c1", "orgId": "o1", "type": "inboundPhoneCall", "status": "ringing",
    "customer": {"number": "+8613812345678"}, "phoneNumber": {"id": "p1", "number": "+8657188880000"},
}  # fmt: skip
MODEL = {"provider": "scripted", "model": "script"}


@pytest.fixture
def target() -> Iterator[Target]:
    with Target() as target:
        yield target


@pytest.fixture
def reachable(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The application's state, allowed to reach loopback."""
    settings = app.state.wiring.settings.model_copy(update={"allowed_targets": LOOPBACK})
    monkeypatch.setattr(app.state.wiring, "settings", settings)
    return app.state


def said(**answer: Any) -> Chosen:
    return read(orjson.dumps(answer))


# ── what an answer means ─────────────────────────────────────────────────────────────────────────────


def test_a_stored_assistant_with_overrides_is_chosen():
    found = said(assistantId="a1", assistantOverrides={"variableValues": {"name": "李雷"}}, anything="else")

    assert (found.assistant_id, found.ended_reason) == ("a1", "")
    assert found.assistant_overrides is not None
    assert found.assistant_overrides.given() == {"variableValues": {"name": "李雷"}}


def test_an_assistant_and_a_squad_may_come_by_value_and_a_squad_by_id():
    assistant, squad = said(assistant={"model": MODEL}), said(squad={"members": [{"assistantId": "a1"}]})

    assert assistant.assistant is not None
    assert assistant.assistant.given() == {"model": MODEL}
    assert squad.squad is not None
    assert said(squadId="s1").squad_id == "s1"
    assert {assistant.ended_reason, squad.ended_reason} == {""}


def test_vapis_older_envelope_is_understood():
    assert said(messageResponse={"assistantId": "a1"}).assistant_id == "a1"


def test_a_number_is_connected_without_an_assistant():
    found = said(destination={"type": "number", "number": "+8657188880000"})

    assert found.destination == {"type": "number", "number": "+8657188880000"}
    assert found.ended_reason == "assistant-request-returned-forwarding-phone-number"


def test_an_error_is_spoken_and_ends_the_call():
    found = said(error="我们已经\n下班了。")

    assert (found.error, found.ended_reason) == ("我们已经 下班了。", "assistant-request-returned-error")


@pytest.mark.parametrize("error", ["", "  ", {"code": 1}, 5, "x" * 1001])
def test_an_error_nobody_can_speak_is_told_apart(error: Any):
    assert said(error=error).ended_reason == "assistant-request-returned-unspeakable-error"


@pytest.mark.parametrize("answer", [{}, {"assistantId": None}, {"hello": 1}])
def test_an_answer_without_a_choice_is_told_apart(answer: dict[str, Any]):
    assert said(**answer).ended_reason == "assistant-request-returned-no-assistant"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"assistantId": "a", "squadId": "b"}, "exactly one"),
        ({"assistantId": 5}, "assistantId should be an id"),
        ({"assistantId": "x" * 101}, "assistantId"),
        ({"assistant": {"modell": {}}}, "assistant.modell should not exist; did you mean model"),
        ({"assistant": "Ann"}, "assistant"),
        ({"squad": {"members": []}}, "squad.members"),
        ({"assistantId": "a", "assistantOverrides": 5}, "assistantId"),
        ({"destination": {"type": "number", "number": "5"}}, "destination.number"),
        ({"destination": {"type": "assistant", "assistantName": "B"}}, "number or sip"),
    ],
)
def test_an_answer_that_cannot_be_used_says_why(answer: dict[str, Any], told: str):
    found = said(**answer)

    assert found.ended_reason == "assistant-request-returned-invalid-assistant"
    assert told in found.ended_message


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'"a"', b"{", b'{"a":"\\u0000"}', b"[" * 500 + b"]" * 500, b"\xff"]
)
def test_what_is_no_object_is_a_failure(body: bytes):
    assert read(body).ended_reason == "assistant-request-failed"


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────


async def test_the_server_is_told_of_the_call_signed_with_its_secret_and_headers(
    reachable: Any, org: Org, target: Target
):
    target.script = [reply(201, b'{"assistantId":"a1"}')]
    secret: bytes = reachable.wiring.settings.secret_bytes
    server = keep(
        Server.model_validate({"url": target.url, "secret": "old", "headers": {"X-Shop": "9"}}),
        lambda plain: seal(plain, secret, context=org.id),
    )

    found = await ask_for_assistant(reachable, org.id, server, CALL)

    [seen] = target.seen
    message = orjson.loads(seen.body)["message"]
    assert found == Chosen(assistant_id="a1")
    assert (message["type"], message["call"]["id"], message["timestamp"]) == (
        "assistant-request", "c1", 1_795_176_000_000,
    )  # fmt: skip
    assert (message["customer"], message["phoneNumber"]) == (CALL["customer"], CALL["phoneNumber"])
    assert (seen.headers["x-vapi-secret"], seen.headers["x-shop"]) == ("old", "9")
    signature = Webhook(derived_secret(secret, org.id)).sign(
        seen.headers["webhook-id"], reachable.wiring.clock.wall(), seen.body.decode()
    )
    assert seen.headers["webhook-signature"] == signature


BAD: dict[str, tuple[Behaviour, str]] = {
    "hangs": (hang, "did not answer"),
    "drips headers": (drip_headers, "did not answer"),
    "drips a body": (drip_body, "did not answer"),
    "hangs up": (vanish, "could not be reached"),
    "fails": (reply(500), "with 500"),
    "is gone": (reply(410), "with 410"),
    "redirects inwards": (redirect("http://10.0.0.1/"), "with 302"),
    "floods": (flood, "larger than"),
    "talks nonsense": (reply(200, b"OK"), "no JSON object"),
}


@pytest.mark.parametrize(("behaviour", "words"), BAD.values(), ids=BAD.keys())
async def test_a_bad_server_costs_no_more_than_its_time(
    reachable: Any,
    org: Org,
    target: Target,
    behaviour: Behaviour,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(asking, "LIMIT_S", 0.3)
    target.script = [behaviour]

    found = await ask_for_assistant(reachable, org.id, {"url": target.url}, CALL)

    assert found.ended_reason == "assistant-request-failed"
    assert words in found.ended_message


async def test_a_server_that_is_not_there_or_inside_our_network_is_a_failure(reachable: Any, org: Org):
    with closed_port() as port:
        gone = await ask_for_assistant(reachable, org.id, {"url": f"http://127.0.0.1:{port}/"}, CALL)
    inside = await ask_for_assistant(reachable, org.id, {"url": "http://169.254.169.254/"}, CALL)

    assert gone.ended_reason == inside.ended_reason == "assistant-request-failed"
    assert "private network" in inside.ended_message


async def test_a_credential_that_has_gone_is_a_failure_that_says_so(reachable: Any, org: Org, target: Target):
    server = {"url": target.url, "credentialId": "gone"}

    found = await ask_for_assistant(reachable, org.id, server, CALL)

    assert (found.ended_reason, target.seen) == ("assistant-request-failed", [])
    assert "credential" in found.ended_message


async def test_waiting_holds_neither_a_thread_nor_a_connection(
    reachable: Any, org: Org, target: Target, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(asking, "LIMIT_S", 2)
    target.script = [hang] * 30
    server = {"url": target.url}
    asked = [asyncio.create_task(ask_for_assistant(reachable, org.id, server, CALL)) for _ in range(30)]
    while len(target.seen) < 30:  # noqa: ASYNC110  the target is a thread
        await asyncio.sleep(0.01)

    busy = reachable.wiring.engine.pool.checkedout()
    waiting = reachable.workers._under_way
    target.over.set()
    await asyncio.gather(*asked)

    assert (busy, waiting) == (0, 0)
