"""Chats word by word, on real sockets: at once, to the end, and not a token longer than somebody listens."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from api.db.tx import transaction
from tests.api.v1.chats.talking import Json, events, real, says, scripted
from tests.api.world import Org
from tests.emulators.openai import OpenAiEmulator, faults, said
from tests.emulators.openai.vendor import finish
from tests.emulators.openai.wire import Exchange


@pytest.fixture
def http(live: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live, timeout=10) as client:
        yield client


def body_of(vendor: OpenAiEmulator, **fields: Any) -> Json:
    return {"input": "hi", "assistant": real(vendor), "stream": True, **fields}


def rows(engine: Engine, org: Org, query: str) -> list[Any]:
    with transaction(engine, org.id) as session:
        return list(session.connection().execute(text(query)).all())


def eventually(found: Any, within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not found():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def test_the_events_are_vapis_and_add_up_to_the_answer(http: httpx.Client, org: Org, vendor: OpenAiEmulator):
    answer = http.post("/v1/chats", json=body_of(vendor), headers=org.headers)

    *pieces, last = events(answer.text)
    kept = http.get(f"/v1/chats/{pieces[0]['id']}", headers=org.headers).json()
    assert (answer.status_code, last) == (200, "[DONE]")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert {(p["id"], p["path"]) for p in pieces} == {(kept["id"], "chat.output[0].content")}
    assert "".join(p["delta"] for p in pieces) == "You said: hi" == kept["output"][0]["content"]
    assert kept["stream"] is True


def test_a_word_is_heard_while_the_model_still_thinks(http: httpx.Client, org: Org, vendor: OpenAiEmulator):
    more = asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def slow(exchange: Exchange) -> None:
        loops.append(asyncio.get_running_loop())
        await exchange.begin()
        await exchange.event(said("One "))
        await exchange.event(said("word "))
        await more.wait()
        await exchange.event(said("more."))
        await finish(exchange)

    vendor.always = slow
    with http.stream("POST", "/v1/chats", json=body_of(vendor), headers=org.headers) as answer:
        lines = (line for line in answer.iter_lines() if line)
        first = json.loads(next(lines).removeprefix("data: "))["delta"]
        loops[0].call_soon_threadsafe(more.set)
        rest = [json.loads(line.removeprefix("data: "))["delta"] for line in lines if "[DONE]" not in line]

    assert first == "One"
    assert "".join([first, *rest]) == "One word more."


def test_a_model_that_fails_before_its_first_word_is_a_plain_error(
    http: httpx.Client, org: Org, vendor: OpenAiEmulator
):
    vendor.always = faults.status(401)

    answer = http.post("/v1/chats", json=body_of(vendor), headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "model_refused")


def test_a_model_that_dies_midway_is_an_event_and_billed_once(
    http: httpx.Client, org: Org, vendor: OpenAiEmulator, engine: Engine
):
    vendor.always = faults.reset_midway

    answer = http.post("/v1/chats", json=body_of(vendor), headers=org.headers)

    error = events(answer.text)[-1]
    assert answer.status_code == 200
    assert "event: error\n" in answer.text
    assert "[DONE]" not in answer.text
    assert (error["code"], error["statusCode"]) == ("model_unavailable", 503)
    assert rows(engine, org, "SELECT id FROM chats") == []
    used = rows(engine, org, "SELECT usage_id, estimated FROM usage_records")
    assert len(used) == len({usage_id for usage_id, _ in used}) == len(vendor.seen)
    assert all(estimated for _, estimated in used)


def test_a_client_that_goes_stops_the_model_and_pays_for_what_was_said(
    http: httpx.Client, org: Org, vendor: OpenAiEmulator, engine: Engine
):
    vendor.always = faults.speak(0.02)

    with http.stream("POST", "/v1/chats", json=body_of(vendor), headers=org.headers) as answer:
        next(answer.iter_lines())

    eventually(lambda: vendor.seen[0].gone_at is not None)
    eventually(lambda: rows(engine, org, "SELECT id FROM usage_records"))
    [(quantities, estimated)] = rows(engine, org, "SELECT quantities, estimated FROM usage_records")
    assert estimated
    assert quantities["promptTokens"] > 0
    assert quantities["completionTokens"] > 0
    assert rows(engine, org, "SELECT id FROM chats") == []


def test_a_client_that_goes_before_the_first_word_stops_the_model_too(
    http: httpx.Client, org: Org, vendor: OpenAiEmulator, engine: Engine
):
    vendor.always = faults.stall_before_headers

    with pytest.raises(httpx.ReadTimeout):
        http.post("/v1/chats", json=body_of(vendor), headers=org.headers, timeout=0.5)

    eventually(lambda: vendor.seen and vendor.seen[0].gone_at is not None)


def test_a_session_is_free_again_when_its_client_has_gone(
    http: httpx.Client, org: Org, vendor: OpenAiEmulator
):
    opened = http.post("/v1/sessions", json={"assistant": real(vendor)}, headers=org.headers).json()
    body = {"input": "hi", "sessionId": opened["id"], "stream": True}
    vendor.always = faults.speak(0.02)
    with http.stream("POST", "/v1/chats", json=body, headers=org.headers) as answer:
        first = json.loads(next(answer.iter_lines()).removeprefix("data: "))
    vendor.always = None

    def answered() -> bool:
        return http.post("/v1/chats", json=body, headers=org.headers).status_code == 200

    eventually(answered)
    kept = http.get(f"/v1/sessions/{opened['id']}", headers=org.headers).json()
    assert first["sessionId"] == opened["id"]
    assert [m["content"] for m in kept["messages"]] == ["hi", "You said: hi"]


def test_a_streams_words_come_again_under_the_same_key(http: httpx.Client, org: Org, vendor: OpenAiEmulator):
    headers = {**org.headers, "Idempotency-Key": "k"}

    first = http.post("/v1/chats", json=(body := body_of(vendor)), headers=headers)
    second = http.post("/v1/chats", json=body, headers=headers)

    assert second.text == first.text
    assert second.headers["content-type"] == first.headers["content-type"]
    assert len(vendor.seen) == 1


def test_a_broken_stream_is_not_repeated_but_tried_again(
    http: httpx.Client, org: Org, vendor: OpenAiEmulator
):
    headers = {**org.headers, "Idempotency-Key": "k"}
    vendor.always = faults.midway({"error": {"message": "no", "type": "x", "code": "invalid_value"}})
    broken = http.post("/v1/chats", json=(body := body_of(vendor)), headers=headers)
    vendor.always = None

    again = http.post("/v1/chats", json=body, headers=headers)

    assert "event: error" in broken.text
    assert events(again.text)[-1] == "[DONE]"


def test_tools_and_handoffs_leave_one_text_in_a_stream(http: httpx.Client, org: Org):
    front = scripted({"match": "bill", "tool": {"name": "handoff_to_Billing", "arguments": {}}}, name="Front")
    billing = scripted(says("bill", "30 yuan."), name="Billing")
    to = [{"type": "assistant", "assistantName": "Billing", "message": "One moment."}]
    members = [{"assistant": front, "assistantDestinations": to}, {"assistant": billing}]
    body = {"input": "my bill", "squad": {"members": members}, "stream": True}

    answer = http.post("/v1/chats", json=body, headers=org.headers)

    text = "".join(e["delta"] for e in events(answer.text)[:-1])
    assert text == "One moment.\n30 yuan."
