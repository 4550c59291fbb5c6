"""Calls with a squad: what the engine gets, who may, what is kept."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from redis import Redis
from sqlalchemy import Engine, text

from api.db.tx import transaction
from api.http.caller import Caller
from api.v1.api_keys import service as api_keys
from api.v1.api_keys.repo import ApiKeys
from api.v1.api_keys.schemas import ApiKeyCreate
from tests.api.v1.calls.engines import register
from tests.api.world import Org
from voice_engine.spec import SessionSpec

SCRIPTED = {"provider": "scripted", "rules": [{"match": "open", "reply": "From 9 to 5."}]}
PROMPTED = {
    **SCRIPTED,
    "messages": [{"role": "system", "content": "Help {{ customer.name }} of {{ city }}."}],
}


def own(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "model": PROMPTED, **fields}


FRONT = {
    "assistant": own("Front", firstMessage="Hello {{ city }}"),
    "assistantDestinations": [{"type": "assistant", "assistantName": "Billing", "message": ""}],
}


@pytest.fixture(autouse=True)
def engine_process(redis: Redis) -> None:
    register(redis)


async def post(client: httpx.AsyncClient, headers: dict[str, str], path: str, **body: Any) -> httpx.Response:
    return await client.post(path, json=body, headers=headers)


async def stored(client: httpx.AsyncClient, org: Org, **fields: Any) -> str:
    made = await post(client, org.headers, "/v1/assistants", **own("Billing", **fields))
    return str(made.json()["id"])


async def squad(client: httpx.AsyncClient, org: Org, *members: dict[str, Any], **fields: Any) -> str:
    made = await post(client, org.headers, "/v1/squads", members=members, **fields)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def spec_of(redis: Redis) -> SessionSpec:
    (key,) = redis.keys("yingda:session:*")
    return SessionSpec.model_validate_json(redis.get(key))


def key(app: FastAPI, org: Org, **restrictions: Any) -> dict[str, str]:
    """A public key's headers."""
    wiring = app.state.wiring
    root = Caller(org.id, "private", "test", frozenset({"*"}))
    with transaction(wiring.engine, org.id, clock=wiring.clock) as session:
        wish = ApiKeyCreate.model_validate({"kind": "public", "restrictions": restrictions})
        made = api_keys.create(ApiKeys(session, org.id), wish, root, wiring.doorman)
    return {"Authorization": f"Bearer {made.value}"}


async def test_the_engine_gets_the_whole_squad_by_value(client: httpx.AsyncClient, org: Org, redis: Redis):
    billing = await stored(client, org)
    id = await squad(
        client,
        org,
        {**FRONT, "role": "primary", "priority": 2},
        {"assistantId": billing, "skills": ["退款"], "assistantOverrides": {"silenceTimeoutSeconds": 9}},
        transfers=[{"from": billing, "to": "Front", "message": "回到{name}"}],
        membersOverrides={"maxDurationSeconds": 60},
        name="Shop",
    )

    call = await post(
        client,
        org.headers,
        "/v1/calls",
        squadId=id,
        squadOverrides={"endCallMessage": "Bye"},
        assistantOverrides={"variableValues": {"city": "Wuhan"}},
        customer={"name": "Li"},
    )

    assert call.status_code == 201, call.text
    assert call.json()["squadId"] == id
    assert call.json()["squadOverrides"] == {"endCallMessage": "Bye"}
    assert "assistantId" not in call.json()
    spec = spec_of(redis)
    assert spec.squad is not None
    assert (spec.squad.id, spec.squad.name) == (id, "Shop")
    front, second = spec.squad.members
    assert spec.assistant == front.assistant
    assert (spec.assistant.first_message, spec.assistant.max_duration_s) == ("Hello Wuhan", 60)
    assert second.assistant.model.messages[0]["content"] == "Help Li of Wuhan."
    assert (second.assistant.id, second.assistant.silence_timeout_s) == (billing, 9)
    assert {m.assistant.end_call_message for m in spec.squad.members} == {"Bye"}
    assert (front.role, front.priority, second.skills) == ("primary", 2, ("退款",))
    assert [(d.member, d.message) for d in front.destinations] == [("Billing", "")]
    assert [(d.member, d.message) for d in second.destinations] == [("Front", "回到{name}")]


async def test_the_first_primary_member_is_the_calls_assistant(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    members = [{"assistant": own("A")}, {"assistant": own("B", maxDurationSeconds=77), "role": "primary"}]

    await post(client, org.headers, "/v1/calls", squad={"members": members})

    assert (spec_of(redis).assistant.name, spec_of(redis).assistant.max_duration_s) == ("B", 77)


async def test_where_nobody_names_a_destination_the_skilled_can_be_reached(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    members = [
        {"assistant": own("A")},
        {"assistant": own("B"), "skills": ["b"]},
        {"assistant": own("C"), "skills": ["c"]},
        {"assistant": own("D")},
    ]

    await post(client, org.headers, "/v1/calls", squad={"members": members})

    found = spec_of(redis).squad
    assert found is not None
    reached = {m.name: [d.member for d in m.destinations] for m in found.members}
    assert reached == {"A": ["B", "C"], "B": ["A", "C"], "C": ["A", "B"], "D": ["A", "B", "C"]}


async def test_vapis_words_for_what_goes_along_are_understood(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    said = {
        "type": "custom-message",
        "contents": [
            {"type": "text", "text": "好的", "language": "zh-CN"},
            {"type": "text", "text": "Right", "language": "en"},
        ],
    }
    plans: list[dict[str, Any]] = [
        {"transferMode": "rolling-history", "message": said, "description": "b!"},
        {"contextEngineeringPlan": {"type": "none"}},
        {"contextEngineeringPlan": {"type": "lastNMessages", "maxMessages": 4}},
    ]
    to = [{"type": "assistant", "assistantName": n, **p} for n, p in zip("BCD", plans, strict=True)]
    others = [{"assistant": own(name)} for name in "BCD"]
    english = own("A", voice={"provider": "espeak", "voiceId": "en-us"})

    answer = await post(
        client,
        org.headers,
        "/v1/calls",
        squad={"members": [{"assistant": english, "assistantDestinations": to}, *others]},
    )

    assert answer.status_code == 201, answer.text
    found = spec_of(redis).squad
    assert found is not None
    rolling, none, last = found.members[0].destinations
    assert (rolling.mode, rolling.message, rolling.description) == ("rolling-history", "Right", "b!")
    assert (none.mode, none.message) == ("delete-history", None)
    assert (last.mode, last.keep_messages) == (
        "swap-system-message-in-history-and-remove-transfer-tool-messages", 4,
    )  # fmt: skip


async def test_a_members_handoff_tools_are_destinations_too(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    tool = {
        "type": "handoff",
        "function": {"name": "handoff_tool", "description": "For money."},
        "messages": [{"type": "request-start", "content": "稍等"}],
        "destinations": [
            {"type": "assistant", "assistantName": "B"},
            {"type": "assistant", "assistantName": "C", "description": "For c.", "message": ""},
        ],
    }
    members = [
        {"assistant": own("A", model={**PROMPTED, "tools": [tool]})},
        *({"assistant": own(n)} for n in "BC"),
    ]

    answer = await post(client, org.headers, "/v1/calls", squad={"members": members})
    wrong = await post(client, org.headers, "/v1/calls", squad={"members": members[:2]})

    assert answer.status_code == 201, answer.text
    found = spec_of(redis).squad
    assert found is not None
    first, second = found.members[0].destinations
    assert (first.member, first.description, first.message) == ("B", "For money.", "稍等")
    assert (second.member, second.description, second.message) == ("C", "For c.", "")
    assert found.members[0].assistant.model.tools == ()
    assert wrong.json()["message"] == (
        "members.0.model.tools.0.destinations.1: no member is C; the members are A, B."
    )


async def test_a_transient_squad_is_kept_with_the_call_and_its_secrets_are_not_shown(
    client: httpx.AsyncClient, org: Org, redis: Redis, engine: Engine
):
    keyed = own("A", credentials=[{"provider": "openai", "apiKey": "sk-hush"}])
    keyed["model"] = {
        "provider": "openai",
        "model": "m",
        "tools": [
            {
                "type": "function",
                "function": {"name": "f"},
                "server": {"url": "https://a.cn", "secret": "whisper"},
            }
        ],
    }

    call = await post(client, org.headers, "/v1/calls", squad={"members": [{"assistant": keyed}]})
    got = await client.get(f"/v1/calls/{call.json()['id']}", headers=org.headers)

    with transaction(engine, org.id) as session:
        row = session.connection().execute(text("SELECT c::text FROM calls c")).scalar_one()
    assert call.status_code == 201, call.text
    assert got.json()["squad"]["members"][0]["assistant"]["credentials"] == [{"provider": "openai"}]
    for place in (call.text, got.text, row):
        assert "sk-hush" not in place
        assert "whisper" not in place
    assert spec_of(redis).assistant.model.tools[0].server_headers == {"X-Vapi-Secret": "whisper"}


async def test_a_squad_of_another_organisation_does_not_exist(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    id = await squad(client, org, FRONT | {"assistantDestinations": []})

    answer = await post(client, other_org.headers, "/v1/calls", squadId=id)

    assert (answer.status_code, answer.json()["code"]) == (404, "squad_not_found")


async def test_a_squad_whose_assistant_is_gone_names_it(client: httpx.AsyncClient, org: Org, owner: Engine):
    billing = await stored(client, org)
    id = await squad(client, org, {"assistantId": billing})
    with owner.begin() as connection:  # the API would refuse it
        connection.execute(text("DELETE FROM assistants WHERE id = :id"), {"id": billing})

    answer = await post(client, org.headers, "/v1/calls", squadId=id)

    assert (answer.status_code, answer.json()["code"]) == (400, "member_not_found")
    assert answer.json()["message"].startswith("members.0.assistantId: there is no assistant with the id")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"squadId": "x", "assistantId": "y"}, "assistantId should be given, or assistant, squadId or squad"),
        ({"assistant": {}, "squadOverrides": {}}, "squadOverrides is for a squad: give squadId or squad"),
        ({"squad": {"members": []}}, "squad.members: "),
    ],
)
async def test_a_call_has_one_assistant_or_one_squad(
    client: httpx.AsyncClient, org: Org, body: dict[str, Any], sentence: str
):
    answer = await post(client, org.headers, "/v1/calls", **body)

    assert answer.status_code == 400
    assert answer.json()["message"][0].replace("squadOverrides: ", "squadOverrides ").startswith(sentence)


async def test_a_member_that_cannot_run_is_named(client: httpx.AsyncClient, org: Org):
    answer = await post(client, org.headers, "/v1/calls", squad={"members": [{"assistant": {"name": "A"}}]})

    assert answer.json()["code"] == "model_missing"
    assert answer.json()["message"].startswith("members.0: assistant.model should not be empty")


# ── public keys ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_restricted_key_may_use_a_squad_of_its_assistants_only(
    app: FastAPI, client: httpx.AsyncClient, org: Org
):
    billing = await stored(client, org)
    mine = await squad(client, org, {"assistantId": billing})
    mixed = await squad(client, org, {"assistantId": billing}, {"assistant": own("Other")})
    restricted = key(app, org, allowedAssistantIds=[billing])
    stranger = key(app, org, allowedAssistantIds=["another"])

    answers = [
        await post(client, restricted, "/v1/calls/web", squadId=mine),
        await post(client, restricted, "/v1/calls/web", squadId=mixed),
        await post(client, stranger, "/v1/calls/web", squadId=mine),
    ]

    assert [answer.status_code for answer in answers] == [201, 403, 403]
    assert {answer.json()["code"] for answer in answers[1:]} == {"assistant_not_allowed"}


async def test_a_key_without_transient_assistants_has_no_transient_squads(
    app: FastAPI, client: httpx.AsyncClient, org: Org
):
    billing = await stored(client, org)
    strict = key(app, org, allowTransientAssistant=False)
    id = await squad(client, org, {"assistantId": billing})

    transient = await post(client, strict, "/v1/calls/web", squad={"members": [{"assistantId": billing}]})
    overridden = await post(
        client, strict, "/v1/calls/web", squadId=id, squadOverrides={"silenceTimeoutSeconds": 9}
    )
    plain = await post(client, strict, "/v1/calls/web", squadId=id)

    assert (transient.status_code, transient.json()["code"]) == (403, "transient_assistant_not_allowed")
    assert (overridden.status_code, overridden.json()["code"]) == (403, "override_not_allowed")
    assert plain.status_code == 201


async def test_a_public_key_cannot_send_a_stored_members_key_to_an_address_of_its_own(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    billing = await stored(
        client,
        org,
        model={"provider": "custom-llm", "url": "https://llm.example.cn", "model": "m"},
        credentials=[{"provider": "custom-llm", "apiKey": "sk-mine"}],
    )
    elsewhere = {"model": {"provider": "custom-llm", "url": "https://evil.example.cn", "model": "m"}}
    members = [{"assistantId": billing, "assistantOverrides": elsewhere}]

    answer = await post(client, org.public_headers, "/v1/calls/web", squad={"members": members})

    assert answer.status_code == 201, answer.text
    model = spec_of(redis).assistant.model
    assert (model.base_url, model.sealed_api_key) == ("https://evil.example.cn", "")
