"""Conversations in text: routed, answered, handed over, remembered, billed."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from api.db.tx import transaction
from api.v1.text.models import Models
from tests.api.world import Org, SetClock
from tests.emulators.openai import OpenAiEmulator, faults
from tests.emulators.openai.wire import Exchange
from tests.emulators.target import LOOPBACK, Target, reply
from voice_engine.settings import EngineSettings


@pytest.fixture(autouse=True)
def reachable(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models and tools on loopback may be reached."""
    settings = app.state.wiring.settings.model_copy(update={"allowed_targets": LOOPBACK})
    monkeypatch.setattr(app.state.wiring, "settings", settings)
    app.state.text_models = Models(EngineSettings(**settings.model_dump()))


@pytest.fixture
def vendor() -> Iterator[OpenAiEmulator]:
    with OpenAiEmulator() as emulator:
        yield emulator
    assert emulator.violations == []


def scripted(name: str, *rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    model = {"provider": "scripted", "rules": [*rules]}
    return {"assistant": {"name": name, "model": model}, **fields}


def says(match: str, reply: str) -> dict[str, Any]:
    return {"match": match, "reply": reply}


def calls(match: str, tool: str, **arguments: Any) -> dict[str, Any]:
    return {"match": match, "tool": {"name": tool, "arguments": arguments}}


SHOP = [
    scripted("Front", says("hello", "Good day."), calls("bill", "handoff_to_Billing", user_intent="a bill")),
    scripted("Billing", says("bill|invoice", "It is 30 yuan."), skills=["invoice"]),
    scripted("技术", says("宽带", "请重启光猫。"), skills=["宽带报修"]),
]


async def squad(client: httpx.AsyncClient, org: Org, *members: dict[str, Any], **fields: Any) -> str:
    made = await client.post("/v1/squads", json={"members": members or SHOP, **fields}, headers=org.headers)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def send(client: httpx.AsyncClient, org: Org, id: str, words: str, **fields: Any) -> httpx.Response:
    body = {"input": words, **fields}
    return await client.post(f"/v1/squads/{id}/execute", json=body, headers=org.headers)


async def said(client: httpx.AsyncClient, org: Org, id: str, words: str, **fields: Any) -> dict[str, Any]:
    answer = await send(client, org, id, words, **fields)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_words_find_the_member_with_the_skill(client: httpx.AsyncClient, org: Org):
    id = await squad(client, org)

    answer = await said(client, org, id, "我家宽带要报修")

    assert (answer["member"], answer["output"]) == ("技术", "请重启光猫。")
    assert (answer["intent"], answer["routedBy"], answer["handoffs"]) == ("宽带报修", "rules", [])
    assert answer["confidence"] >= 0.6
    assert answer["squadId"] == id
    assert answer["context"] == {"intent": "宽带报修"}


async def test_a_member_hands_over_and_the_next_one_answers_at_once(client: httpx.AsyncClient, org: Org):
    id = await squad(client, org)

    answer = await said(client, org, id, "about my bill, call 13800138000")

    assert answer["output"] == "Transferring you to Billing…\nIt is 30 yuan."
    assert (answer["member"], answer["routedBy"]) == ("Billing", "default")
    summary = {
        "previousAgent": "Front",
        "userIntent": "a bill",
        "keyFacts": ["phone: 13800138000"],
        "pendingTasks": [],
    }
    assert answer["handoffs"] == [
        {
            "from": "Front",
            "to": "Billing",
            "reason": "",
            "message": "Transferring you to Billing…",
            "silent": False,
            "returned": False,
            "summary": summary,
        }
    ]
    assert answer["context"] == {"facts": {"phone": "13800138000"}, "summary": summary}


async def test_a_conversation_goes_on_where_it_was(client: httpx.AsyncClient, org: Org):
    id = await squad(client, org)
    first = await said(client, org, id, "about my bill", context={"vip": True})

    second = await said(client, org, id, "and the other bill", sessionId=first["sessionId"], context={"n": 2})
    third = await said(client, org, id, "宽带报修", sessionId=first["sessionId"])

    assert (second["member"], second["output"]) == ("Billing", "It is 30 yuan.")
    assert second["sessionId"] == first["sessionId"]
    assert (second["context"]["vip"], second["context"]["n"]) == (True, 2)
    assert third["output"] == "正在为您转接技术…\n请重启光猫。"
    assert [(h["from"], h["to"], h["reason"]) for h in third["handoffs"]] == [("Billing", "技术", "宽带报修")]


async def test_a_member_that_refuses_gives_the_conversation_back(client: httpx.AsyncClient, org: Org):
    front = scripted("Front", calls("refund", "handoff_to_Billing"))
    front["assistant"]["model"]["otherwise"] = "x"
    billing = scripted("Billing", calls("refund", "refuse_handoff", reason="No refunds here."))
    front["assistantDestinations"] = [{"type": "assistant", "assistantName": "Billing", "message": ""}]
    front["assistant"]["model"]["rules"] = [
        {**calls("refund", "handoff_to_Billing"), "onToolResult": "Sorry, nobody can do that."}
    ]
    id = await squad(client, org, front, billing)

    answer = await said(client, org, id, "a refund please")

    assert [(h["from"], h["to"], h["returned"], h["silent"]) for h in answer["handoffs"]] == [
        ("Front", "Billing", False, True),
        ("Billing", "Front", True, True),
    ]
    assert answer["handoffs"][1]["reason"] == "No refunds here."
    assert (answer["member"], answer["output"]) == ("Front", "Sorry, nobody can do that.")


async def test_a_greeting_is_the_next_members_answer(client: httpx.AsyncClient, org: Org):
    billing = scripted("Billing", says("bill", "It is 30 yuan."), skills=["invoice"])
    billing["assistant"]["firstMessage"] = "Billing here, what is your number?"
    id = await squad(client, org, SHOP[0], billing)

    answer = await said(client, org, id, "about my bill")

    assert answer["output"] == "Transferring you to Billing…\nBilling here, what is your number?"


async def test_prepared_answers_need_no_model_and_stand_in_for_one_that_fails(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    faqs = [{"questions": ["你们几点开门", "营业时间是什么时候"], "answer": "早上九点。"}]
    id = await squad(client, org, real(vendor, "A"), faqs=faqs)

    asked = await said(client, org, id, "你们几点开门？")
    vendor.always = faults.status(503)
    broken = await said(client, org, id, "那你们早上几点开门呢")

    assert (asked["output"], asked["routedBy"], asked["intent"], asked["confidence"]) == (
        "早上九点。", "faq", "faq", 1.0,
    )  # fmt: skip
    assert broken["output"] == "早上九点。"
    assert len(vendor.seen) >= 1


# ── with a model ─────────────────────────────────────────────────────────────────────────────────────


def real(vendor: OpenAiEmulator, name: str, **fields: Any) -> dict[str, Any]:
    model = {
        "provider": "custom-llm",
        "url": vendor.url,
        "model": "m",
        "messages": [{"role": "system", "content": f"You are {name} in {{{{ city }}}}."}],
        **fields.pop("model", {}),
    }
    return {"assistant": {"name": name, "model": model}, **fields}


async def test_a_model_is_told_what_is_known_and_what_was_said(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    id = await squad(client, org, real(vendor, "A"))
    first = await said(client, org, id, "my phone is 13800138000", context={"city": "Wuhan"})

    second = await said(client, org, id, "and now?", sessionId=first["sessionId"])

    assert first["output"] == "You said: my phone is 13800138000"
    messages = vendor.bodies[-1]["messages"]
    assert [m["role"] for m in messages] == ["system", "system", "user", "assistant", "user"]
    assert messages[0]["content"] == "You are A in Wuhan."
    assert json.loads(messages[1]["content"].removeprefix("What is known so far: ")) == {
        "city": "Wuhan", "facts": {"phone": "13800138000"},
    }  # fmt: skip
    assert second["usage"][0]["quantities"]["promptTokens"] == 9


async def test_a_models_handoff_reaches_the_next_model_with_its_summary(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    def model(messages: Any) -> Any:
        if "You are Front" in messages[0]["content"]:
            return "handoff_to_member_2", {"user_intent": "退款", "key_facts": ["姓王"]}
        return "好的，给您退款。"

    vendor.model = model
    front = real(vendor, "Front", assistantDestinations=[{"type": "assistant", "assistantName": "账务"}])
    id = await squad(client, org, front, real(vendor, "账务"))

    answer = await said(client, org, id, "把钱还给我")

    assert answer["output"] == "正在为您转接账务…\n好的，给您退款。"
    offered = [tool["function"]["name"] for tool in vendor.bodies[0]["tools"]]
    assert offered == ["handoff_to_member_2"]
    system, note, user = vendor.bodies[1]["messages"]
    assert system["content"].startswith("You are 账务")
    assert "对方的需求：退款" in note["content"]
    assert "姓王" in note["content"]
    assert user == {"role": "user", "content": "把钱还给我"}
    assert [tool["function"]["name"] for tool in vendor.bodies[1]["tools"]] == ["refuse_handoff"]
    assert [used["member"] for used in answer["usage"]] == ["Front", "账务"]


async def test_a_member_that_starts_clean_stays_ignorant_of_what_was_said_before(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    wanted = iter([("handoff_to_B", {"user_intent": "secret"}), "Hello, B here."])
    vendor.model = lambda messages: next(wanted, "Fine.")
    to = {"type": "assistant", "assistantName": "B", "transferMode": "delete-history"}
    id = await squad(client, org, real(vendor, "A", assistantDestinations=[to]), real(vendor, "B"))
    first = await said(client, org, id, "my secret")

    await said(client, org, id, "go on", sessionId=first["sessionId"])

    assert "summary" not in first["context"]
    assert [m["content"] for m in vendor.bodies[1]["messages"]] == ["You are B in ."]
    asked = [m["content"] for m in vendor.bodies[2]["messages"] if m["role"] != "system"]
    assert asked == ["Transferring you to B…\nHello, B here.", "go on"]


async def test_unsure_words_are_classified_by_the_entry_members_model(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    def model(messages: Any) -> Any:
        if "JSON only" in messages[0]["content"]:
            return '{"intent": "宽带报修", "confidence": 0.8}'
        return "好。"

    vendor.model = model
    id = await squad(client, org, real(vendor, "Front"), real(vendor, "Tech", skills=["宽带报修"]))

    first = await said(client, org, id, "网页打不开")
    await said(client, org, id, "嗯", sessionId=first["sessionId"])

    assert (first["member"], first["confidence"], first["routedBy"]) == ("Tech", 0.8, "model")
    assert len(vendor.seen) == 3  # classified once, at the beginning
    assert [used["member"] for used in first["usage"]] == ["Front", "Tech"]


async def test_usage_is_billed_like_a_calls(
    client: httpx.AsyncClient, org: Org, other_org: Org, vendor: OpenAiEmulator
):
    id = await squad(client, org, real(vendor, "A"))

    answer = await said(client, org, id, "hi")

    url = f"/v1/usage?callId={answer['sessionId']}"
    (record,) = (await client.get(url, headers=org.headers)).json()
    assert (record["component"], record["provider"], record["model"]) == ("model", "custom-llm", "m")
    assert record["quantities"] == answer["usage"][0]["quantities"]
    assert record["usageId"] == answer["usage"][0]["usageId"]
    assert (await client.get(url, headers=other_org.headers)).json() == []


@pytest.mark.parametrize(
    ("fault", "status", "code"), [(503, 503, "model_unavailable"), (401, 409, "model_refused")]
)
async def test_a_model_that_fails_is_named_and_nothing_is_remembered(
    client: httpx.AsyncClient,
    org: Org,
    vendor: OpenAiEmulator,
    engine: Engine,
    fault: int,
    status: int,
    code: str,
):
    id = await squad(client, org, real(vendor, "A"))
    vendor.always = faults.status(fault)

    answer = await send(client, org, id, "hi")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"].startswith("The model of A failed: ")
    with transaction(engine, org.id) as session:
        assert session.connection().execute(text("SELECT count(*) FROM squad_sessions")).scalar_one() == 0


async def test_server_tools_run_and_the_apps_tools_are_refused_with_a_sentence(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    wanted = iter([("lookup", {"n": 1}), ("show_map", {})])
    vendor.model = lambda messages: next(wanted, "Done.")
    result = json.dumps({"results": [{"toolCallId": "x", "result": "42"}]}).encode()
    with Target(reply(body=result)) as server:
        tools = [
            {"type": "function", "function": {"name": "lookup"}, "server": {"url": server.url}},
            {"type": "function", "function": {"name": "show_map"}},
        ]
        id = await squad(client, org, real(vendor, "A", model={"tools": tools}))
        answer = await said(client, org, id, "hi")

    assert answer["output"] == "Done."
    asked = json.loads(server.seen[0].body)["message"]
    assert (asked["type"], asked["call"]["id"]) == ("tool-calls", answer["sessionId"])
    results = [m["content"] for m in vendor.bodies[-1]["messages"] if m["role"] == "tool"]
    assert len(results) == 2
    assert results[1].startswith("The person's app runs this tool")


async def test_a_transfer_tool_may_name_a_member_but_no_telephone(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    wanted = iter(
        [("transferCall", {"destination": "+8657188880000"}), ("transferCall", {"destination": "B"})]
    )
    vendor.model = lambda messages: next(wanted, "B here.")
    tool = {
        "type": "transferCall",
        "destinations": [
            {"type": "number", "number": "+8657188880000"},
            {"type": "assistant", "assistantName": "B", "message": "To B."},
        ],
    }
    id = await squad(client, org, real(vendor, "A", model={"tools": [tool]}), real(vendor, "B"))

    answer = await said(client, org, id, "hi")

    assert answer["output"] == "To B.\nB here."
    results = [m["content"] for m in vendor.bodies[1]["messages"] if m["role"] == "tool"]
    assert results == ["This is a conversation by text; there is no telephone call."]


async def test_a_fallback_answers_in_the_models_place_and_is_billed(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    vendor.always = faults.status(503)
    spare = {"provider": "scripted", "rules": [says("hi", "The spare one.")]}
    id = await squad(client, org, real(vendor, "A", model={"fallbackPlan": {"models": [spare]}}))

    answer = await said(client, org, id, "hi")

    assert answer["output"] == "The spare one."
    assert [used["provider"] for used in answer["usage"]] == ["scripted"]


async def test_of_two_messages_at_once_the_second_is_refused(
    client: httpx.AsyncClient, org: Org, vendor: OpenAiEmulator
):
    id = await squad(client, org, real(vendor, "A"))
    first = await said(client, org, id, "hi")

    waiting: list[asyncio.Event] = []

    async def both(exchange: Exchange) -> None:
        waiting.append(asyncio.Event())
        if len(waiting) == 2:
            for event in waiting:
                event.set()
        await waiting[len(waiting) - 1].wait()
        await faults.answers(
            {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
                {"index": 0, "delta": {"role": "assistant", "content": "ok"}, "finish_reason": "stop"}
            ]}
        )(exchange)  # fmt: skip

    vendor.always = both
    answers = await asyncio.gather(
        *(send(client, org, id, words, sessionId=first["sessionId"]) for words in ("one", "two"))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["code"] == "squad_session_busy"


# ── who may, and what is kept ────────────────────────────────────────────────────────────────────────


async def test_a_conversation_is_its_squads_and_its_organisations(
    client: httpx.AsyncClient, org: Org, other_org: Org, engine: Engine
):
    id, other = await squad(client, org), await squad(client, org)
    theirs = await squad(client, other_org)
    session = (await said(client, org, id, "hello"))["sessionId"]

    answers = [
        await send(client, org, other, "hello", sessionId=session),
        await send(client, other_org, theirs, "hello", sessionId=session),
        await send(client, other_org, id, "hello"),
        await send(client, org, id, "hello", sessionId="none"),
    ]
    with transaction(engine, other_org.id) as tx:
        seen = tx.connection().execute(text("SELECT count(*) FROM squad_sessions")).scalar_one()

    assert [answer.status_code for answer in answers] == [404] * 4
    assert [answer.json()["code"] for answer in answers] == [
        "squad_session_not_found", "squad_session_not_found", "squad_not_found", "squad_session_not_found",
    ]  # fmt: skip
    assert seen == 0


async def test_the_less_busy_of_two_equals_takes_the_next_conversation(client: httpx.AsyncClient, org: Org):
    twins = [scripted(name, says("退款", f"{name}。"), skills=["退款"]) for name in ("甲", "乙")]
    id = await squad(client, org, *twins)

    members = [(await said(client, org, id, "退款"))["member"] for _ in range(4)]

    assert members == ["甲", "乙", "甲", "乙"]


async def test_conversations_are_forgotten_after_a_day(
    client: httpx.AsyncClient, org: Org, clock: SetClock, engine: Engine
):
    id = await squad(client, org)
    old = (await said(client, org, id, "hello"))["sessionId"]
    clock.advance(86_401)

    await said(client, org, id, "hello")
    gone = await send(client, org, id, "hello", sessionId=old)

    assert (gone.status_code, gone.json()["code"]) == (404, "squad_session_not_found")


async def test_a_deleted_squad_takes_its_conversations_along(
    client: httpx.AsyncClient, org: Org, engine: Engine
):
    id = await squad(client, org)
    await said(client, org, id, "hello")

    await client.delete(f"/v1/squads/{id}", headers=org.headers)

    with transaction(engine, org.id) as session:
        assert session.connection().execute(text("SELECT count(*) FROM squad_sessions")).scalar_one() == 0


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, ["input is required."]),
        ({"input": ""}, ["input: should have at least 1 character."]),
        ({"input": "hi", "session": "x"}, ["property session should not exist; did you mean sessionId?"]),
    ],
)
async def test_a_malformed_message_is_refused_with_a_sentence(
    client: httpx.AsyncClient, org: Org, body: dict[str, Any], message: list[str]
):
    id = await squad(client, org)

    answer = await client.post(f"/v1/squads/{id}/execute", json=body, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert answer.json()["message"][0].lower().replace("string ", "") == message[0].lower()


async def test_too_much_context_is_refused(client: httpx.AsyncClient, org: Org):
    id = await squad(client, org)

    answer = await send(client, org, id, "hi", context={"x": "x" * 20_000})

    assert (answer.status_code, answer.json()["code"]) == (400, "context_too_large")
