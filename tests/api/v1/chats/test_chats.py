"""Chats: one message, one answer, remembered and billed."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from api.db.tx import transaction
from tests.api.v1.chats.talking import Json, assistant, chat, line, real, says, scripted, send, session
from tests.api.world import Org
from tests.emulators.openai import OpenAiEmulator, faults
from tests.emulators.target import Target, reply


async def test_a_message_is_answered(client: httpx.AsyncClient, org: Org):
    id = await assistant(client, org, scripted(says("hello", "Good day.")))

    made = await send(client, org, "hello", assistantId=id)

    assert made.status_code == 201, made.text
    body = made.json()
    assert body["output"] == [{"role": "assistant", "content": "Good day."}]
    assert (body["assistantId"], body["input"], body["stream"], body["cost"]) == (id, "hello", False, 0)
    [asked] = body["messages"]
    assert (asked["role"], asked["content"], asked["message"]) == ("user", "hello", "hello")
    assert asked["secondsFromStart"] == 0


async def test_vapis_path_serves_the_same(client: httpx.AsyncClient, org: Org):
    id = await assistant(client, org, scripted(says("hello", "Good day.")))

    made = await client.post("/chat", json={"assistantId": id, "input": "hello"}, headers=org.headers)
    read = await client.get(f"/chat/{made.json()['id']}", headers=org.headers)

    assert made.status_code == 201
    assert read.json() == made.json()


async def test_templates_are_filled_with_the_chats_values(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    id = await assistant(client, org, real(vendor))

    await chat(client, org, "hi", assistantId=id, assistantOverrides={"variableValues": {"who": "Li"}})

    assert vendor.bodies[0]["messages"][0]["content"] == "You are kind to Li."


async def test_a_transient_assistant_answers_and_its_key_is_not_shown(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    keyed = real(vendor) | {"credentials": [{"provider": "custom-llm", "apiKey": "sk-hidden"}]}

    first = await chat(client, org, "hi", assistant=keyed)
    await chat(client, org, "more", previousChatId=first["id"])

    assert "sk-hidden" not in json.dumps(first)
    assert [seen.headers["authorization"] for seen in vendor.seen] == ["Bearer sk-hidden"] * 2


async def test_a_chat_goes_on_from_another_and_several_may(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    id = await assistant(client, org, real(vendor))
    first = await chat(client, org, "one", assistantId=id)

    second = await chat(client, org, "two", previousChatId=first["id"])
    await chat(client, org, "three", previousChatId=second["id"])
    await chat(client, org, "other", previousChatId=first["id"])

    told = [[m["content"] for m in body["messages"][1:]] for body in vendor.bodies]
    assert told == [
        ["one"],
        ["one", "You said: one", "two"],
        ["one", "You said: one", "two", "You said: two", "three"],
        ["one", "You said: one", "other"],
    ]
    assert [m["content"] for m in second["messages"]] == ["one", "You said: one", "two"]


async def test_messages_may_be_given_as_a_list(client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator):
    id = await assistant(client, org, real(vendor))
    given = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "message": "old words"},
        {"role": "assistant", "content": "an answer"},
        {"role": "user", "content": [{"type": "input_text", "text": "new words"}]},
    ]

    answered = await chat(client, org, given, assistantId=id)

    told = [(m["role"], m["content"]) for m in vendor.bodies[0]["messages"][1:]]
    assert told == [
        ("system", "Be brief."), ("user", "old words"), ("assistant", "an answer"), ("user", "new words"),
    ]  # fmt: skip
    assert line(answered) == "You said: new words"


async def test_models_are_sent_only_what_fits_their_window(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    id = await assistant(client, org, real(vendor))
    long = [{"role": "user", "content": "字" * 3000}, {"role": "assistant", "content": "嗯"}] * 4

    await chat(client, org, [*long, {"role": "user", "content": "now"}], assistantId=id)

    told = vendor.bodies[0]["messages"]
    assert told[0]["role"] == "system"
    assert len(told) < 8
    assert told[-1]["content"] == "now"


# ── tools ────────────────────────────────────────────────────────────────────────────────────────────


async def test_tools_run_and_their_rounds_are_part_of_the_answer(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    wanted = iter([("lookup", {"n": 1}), "It is 42.", "Still 42."])
    vendor.model = lambda messages: next(wanted)
    result = json.dumps({"results": [{"result": "42"}]}).encode()
    with Target(reply(body=result)) as server:
        tool = {"type": "function", "function": {"name": "lookup"}, "server": {"url": server.url}}
        first = await chat(client, org, "how much?", assistant=real(vendor, tools=[tool]))

    second = await chat(client, org, "sure?", previousChatId=first["id"])

    called, answered, said = first["output"]
    assert called["tool_calls"][0]["function"] == {"name": "lookup", "arguments": '{"n":1}'}
    assert (answered["role"], answered["content"]) == ("tool", "42")
    assert answered["tool_call_id"] == called["tool_calls"][0]["id"]
    assert (said["content"], line(second)) == ("It is 42.", "Still 42.")
    assert json.loads(server.seen[0].body)["message"]["call"]["id"] == first["id"]
    assert [m["role"] for m in vendor.bodies[-1]["messages"]] == [
        "system", "user", "assistant", "tool", "assistant", "user",
    ]  # fmt: skip


async def test_a_call_of_a_tool_without_its_answer_is_not_shown_to_the_model(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    call = {"id": "c1", "type": "function", "function": {"name": "x", "arguments": "{}"}}
    given = [
        {"role": "tool", "content": "stray", "tool_call_id": "c0"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "user", "content": "hi"},
    ]

    await chat(client, org, given, assistant=real(vendor))

    assert [m["role"] for m in vendor.bodies[0]["messages"]] == ["system", "user"]


async def test_the_assistant_may_end_the_session(client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator):
    vendor.model = lambda messages: ("endCall", {})
    vendor.script.append(faults.begun(vendor, "Good bye then.", _calls_end))
    id = await assistant(client, org, real(vendor, tools=[{"type": "endCall"}]))
    opened = await session(client, org, assistantId=id)

    await chat(client, org, "bye", sessionId=opened["id"])
    after = await send(client, org, "hello?", sessionId=opened["id"])

    assert (after.status_code, after.json()["code"]) == (400, "session_completed")


async def _calls_end(exchange: Any) -> None:
    from tests.emulators.openai.vendor import called, finish

    await exchange.event(called("endCall", "{}", index=0, id="c1"))
    await finish(exchange, "tool_calls")


async def test_a_transfer_to_a_telephone_is_answered_with_a_sentence(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    wanted = iter([("transferCall", {"destination": "+8657188880000"})])
    vendor.model = lambda messages: next(wanted, "Please ring +8657188880000.")
    tool = {"type": "transferCall", "destinations": [{"type": "number", "number": "+8657188880000"}]}

    answered = await chat(client, org, "a human please", assistant=real(vendor, tools=[tool]))

    assert answered["output"][1]["content"] == "This is a conversation by text; there is no telephone call."
    assert line(answered) == "Please ring +8657188880000."


# ── squads ───────────────────────────────────────────────────────────────────────────────────────────


async def test_a_squad_hands_over_and_the_next_member_keeps_the_conversation(
    client: httpx.AsyncClient, org: Org
):
    front = scripted({"match": "bill", "tool": {"name": "handoff_to_Billing", "arguments": {}}}, name="Front")
    billing = scripted(says("bill", "30 yuan."), says("thanks", "Billing says bye."), name="Billing")
    to = [{"type": "assistant", "assistantName": "Billing", "message": "One moment."}]
    members = [{"assistant": front, "assistantDestinations": to}, {"assistant": billing}]

    first = await chat(client, org, "my bill", squad={"members": members})
    second = await chat(client, org, "thanks", previousChatId=first["id"])

    assert [m["content"] for m in first["output"] if m["role"] == "assistant" and m["content"]] == [
        "One moment.", "30 yuan.",
    ]  # fmt: skip
    assert [m["name"] for m in first["output"] if m["role"] == "assistant"][-1] == "Billing"
    assert line(second) == "Billing says bye."


# ── money ────────────────────────────────────────────────────────────────────────────────────────────


async def test_use_is_recorded_once_and_shown_as_costs(
    client: httpx.AsyncClient, org: Org, other_org: Org, vendor: OpenAiEmulator
):
    answered = await chat(client, org, "hi", assistant=real(vendor))

    url = f"/v1/usage?callId={answered['id']}"
    [record] = (await client.get(url, headers=org.headers)).json()
    assert (record["component"], record["quantities"]["promptTokens"]) == ("model", 9)
    [cost] = answered["costs"]
    assert (cost["type"], cost["promptTokens"], cost["model"]["provider"]) == ("model", 9, "custom-llm")
    assert (await client.get(url, headers=other_org.headers)).json() == []


@pytest.mark.parametrize(("fault", "code"), [(503, "model_unavailable"), (401, "model_refused")])
async def test_a_model_that_fails_is_an_error_and_nothing_is_kept(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator, fault: int, code: str
):
    vendor.always = faults.status(fault)
    id = await assistant(client, org, real(vendor))
    opened = await session(client, org, assistantId=id)

    answer = await send(client, org, "hi", sessionId=opened["id"])
    listed = (await client.get("/v1/chats", headers=org.headers)).json()
    url = f"/v1/sessions/{opened['id']}"
    free = await client.patch(url, json={"name": "free"}, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (503 if fault == 503 else 409, code)
    assert (listed["results"], listed["metadata"]["totalItems"]) == ([], 0)
    assert (free.status_code, free.json()["messages"]) == (200, [])


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────

SOMEBODY = {"assistant": {"model": {"provider": "scripted", "rules": []}}}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({**SOMEBODY}, "input is required."),
        ({"input": "hi"}, "assistantId should be given, or assistant, squadId"),
        ({**SOMEBODY, "input": ""}, "input should have at least 1 character"),
        ({**SOMEBODY, "input": 7}, "input should be a text or a list of messages"),
        ({**SOMEBODY, "input": []}, "input should have at least 1 item"),
        ({**SOMEBODY, "input": [{"role": "user"}]}, "input.0.content is required"),
        ({**SOMEBODY, "input": [{"role": "bot", "content": "x"}]}, "input.0.role"),
        ({**SOMEBODY, "input": [{"role": "tool", "content": "x"}]}, "input.0.tool_call_id is required"),
        (
            {**SOMEBODY, "input": "hi", "sesionId": "x"},
            "property sesionId should not exist; did you mean sess",
        ),
        (
            {"sessionId": "a", "previousChatId": "b", "input": "hi"},
            "previousChatId should not be given together with sessionId",
        ),
        (
            {**SOMEBODY, "input": "hi", "assistantOverrides": {"firstMessage": "Yo"}},
            "assistantOverrides.firstMessage should not be given a conversation by text takes only",
        ),
        ({**SOMEBODY, "assistantId": "x", "input": "hi"}, "assistantId should be given, or assistant"),
        ({**SOMEBODY, "input": "hi", "transport": {"type": "twilio.sms"}}, "transport is not available"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(
    client: httpx.AsyncClient, org: Org, body: Json, told: str
):
    answer = await client.post("/v1/chats", json=body, headers=org.headers)

    assert answer.status_code == 400, answer.text
    message = " ".join(answer.json()["message"]).replace("String ", "").replace("List ", "")
    assert told.lower() in message.replace(": ", " ").lower()


async def test_a_body_that_cannot_be_stored_is_refused_before_the_model_is_asked(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    raw = b'{"input": "a\\u0000b", "assistantId": "x"}'

    answer = await client.post(
        "/v1/chats", content=raw, headers={**org.headers, "content-type": "application/json"}
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "nul_character")
    assert vendor.seen == []


# ── read, listed, deleted ────────────────────────────────────────────────────────────────────────────


async def test_chats_are_listed_by_page_and_filter(client: httpx.AsyncClient, org: Org):
    id = await assistant(client, org, scripted(says("hello", "Good day.")))
    opened = await session(client, org, assistantId=id)
    first = await chat(client, org, "hello", assistantId=id)
    second = await chat(client, org, "hello", previousChatId=first["id"])
    third = await chat(client, org, "hello", sessionId=opened["id"])

    async def ids(query: str) -> list[str]:
        page = (await client.get(f"/v1/chats?{query}", headers=org.headers)).json()
        return [row["id"] for row in page["results"]]

    assert await ids("") == [third["id"], second["id"], first["id"]]
    assert await ids("limit=1&page=2") == [second["id"]]
    assert await ids(f"sessionId={opened['id']}") == [third["id"]]
    assert await ids(f"previousChatId={first['id']}") == [second["id"]]
    assert await ids(f"idAny={first['id']},{third['id']}&sortOrder=ASC") == [first["id"], third["id"]]
    assert await ids("assistantIdAny=none") == []


async def test_a_deleted_chat_is_what_it_was_and_then_gone(client: httpx.AsyncClient, org: Org):
    made = await chat(client, org, "hello", assistant=scripted(says("hello", "Good day.")))

    gone = await client.delete(f"/v1/chats/{made['id']}", headers=org.headers)
    after = await client.get(f"/v1/chats/{made['id']}", headers=org.headers)

    assert (gone.status_code, gone.json()) == (200, made)
    assert (after.status_code, after.json()["code"]) == (404, "chat_not_found")


async def test_nothing_of_another_organisation_is_there(
    client: httpx.AsyncClient, org: Org, other_org: Org, engine: Engine
):
    id = await assistant(client, org, scripted(says("hello", "Good day.")))
    opened = await session(client, org, assistantId=id)
    made = await chat(client, org, "hello", sessionId=opened["id"])

    answers = [
        await send(client, other_org, "hello", assistantId=id),
        await send(client, other_org, "hello", sessionId=opened["id"]),
        await send(client, other_org, "hello", previousChatId=made["id"]),
        await client.get(f"/v1/chats/{made['id']}", headers=other_org.headers),
        await client.delete(f"/v1/chats/{made['id']}", headers=other_org.headers),
        await client.get(f"/v1/sessions/{opened['id']}", headers=other_org.headers),
        await client.patch(f"/v1/sessions/{opened['id']}", json={}, headers=other_org.headers),
    ]
    with transaction(engine, other_org.id) as tx:
        seen = [
            tx.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("chats", "sessions", "session_messages")
        ]

    assert [answer.status_code for answer in answers] == [404] * 7
    assert seen == [0, 0, 0]


# ── said twice ───────────────────────────────────────────────────────────────────────────────────────


async def test_the_same_idempotency_key_asks_the_model_once(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    body = {"input": "hi", "assistant": real(vendor)}
    headers = {**org.headers, "Idempotency-Key": "k1"}

    first = await client.post("/v1/chats", json=body, headers=headers)
    second = await client.post("/v1/chats", json=body, headers=headers)

    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(vendor.seen) == 1
