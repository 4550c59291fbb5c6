"""Squads over HTTP: Vapi's shapes and the plain ones of skills and priorities."""

from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from api.db.tx import transaction
from tests.api.world import Org, SetClock, posted

SCRIPTED = {"provider": "scripted", "rules": [{"match": "open", "reply": "From 9 to 5."}]}


def member(name: str, **fields: Any) -> dict[str, Any]:
    return {"assistant": {"name": name, "model": SCRIPTED}, **fields}


def to(name: str, **fields: Any) -> dict[str, Any]:
    return {"type": "assistant", "assistantName": name, **fields}


PAIR = [member("Front", assistantDestinations=[to("Billing", message="")]), member("Billing")]


async def create(client: httpx.AsyncClient, org: Org, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = await posted(client, org, "/v1/squads", {"members": PAIR, **fields})
    return made


async def refusal(client: httpx.AsyncClient, org: Org, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/v1/squads", json={"members": PAIR, **fields}, headers=org.headers)
    assert answer.status_code == 400, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_squad_is_created_read_and_listed_newest_first(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    first = await create(client, org, name="First")
    clock.advance(1)
    second = await create(client, org, name="Second")

    got = await client.get(f"/v1/squads/{first['id']}", headers=org.headers)
    listed = await client.get("/v1/squads", headers=org.headers)
    limited = await client.get("/v1/squads?limit=1", headers=org.headers)
    since = await client.get("/v1/squads?createdAtGt=2026-11-20T12:00:00Z", headers=org.headers)
    named = await client.get(f"/v1/squads?idAny={first['id']},none", headers=org.headers)

    assert got.json() == first
    assert first["members"] == PAIR
    assert (first["orgId"], first["createdAt"]) == (org.id, "2026-11-20T12:00:00.000Z")
    assert [row["id"] for row in listed.json()] == [second["id"], first["id"]]
    assert [row["id"] for row in limited.json()] == [row["id"] for row in since.json()] == [second["id"]]
    assert [row["id"] for row in named.json()] == [first["id"]]


async def test_members_with_skills_roles_and_transfers_are_understood_too(
    client: httpx.AsyncClient, org: Org
):
    stored = await client.post(
        "/v1/assistants", json={"name": "Front", "model": SCRIPTED}, headers=org.headers
    )
    front = stored.json()["id"]
    members = [
        {"agentId": front, "role": "primary", "priority": 1},
        member("Billing", role="specialist", skills=["退款", "refund"]),
    ]
    transfers = [{"from": front, "to": "Billing", "message": "马上为您接{name}"}]

    made = await create(client, org, members=members, transfers=transfers, maxHandoffs=3)

    assert (made["members"], made["transfers"], made["maxHandoffs"]) == (members, transfers, 3)


async def test_patch_replaces_named_fields_as_a_whole_and_null_removes_one(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    made = await create(client, org, name="A", faqs=[{"questions": ["Hours?"], "answer": "9 to 5."}])
    clock.advance(1)

    changed = await client.patch(
        f"/v1/squads/{made['id']}", json={"members": PAIR[1:], "faqs": None}, headers=org.headers
    )

    assert changed.status_code == 200, changed.text
    body = changed.json()
    assert body["members"] == PAIR[1:]
    assert "faqs" not in body
    assert body["name"] == "A"
    assert body["updatedAt"] > made["updatedAt"] == made["createdAt"]


async def test_a_squad_keeps_its_members(client: httpx.AsyncClient, org: Org):
    made = await create(client, org)

    refused = await client.patch(f"/v1/squads/{made['id']}", json={"members": None}, headers=org.headers)
    renamed = await client.patch(f"/v1/squads/{made['id']}", json={"name": "B"}, headers=org.headers)

    assert (refused.status_code, refused.json()["code"]) == (400, "members_missing")
    assert (renamed.json()["name"], renamed.json()["members"]) == ("B", PAIR)


async def test_delete_returns_the_squad_and_then_it_is_gone(client: httpx.AsyncClient, org: Org):
    made = await create(client, org, name="A")

    deleted = await client.delete(f"/v1/squads/{made['id']}", headers=org.headers)
    again = await client.get(f"/v1/squads/{made['id']}", headers=org.headers)

    assert (deleted.status_code, deleted.json()) == (200, made)
    assert (again.status_code, again.json()["code"]) == (404, "squad_not_found")


async def test_another_organisation_sees_nothing(
    client: httpx.AsyncClient, org: Org, other_org: Org, engine: Engine
):
    made = await create(client, org, name="Mine")
    url = f"/v1/squads/{made['id']}"

    answers = [
        await client.get(url, headers=other_org.headers),
        await client.patch(url, json={"name": "Theirs"}, headers=other_org.headers),
        await client.delete(url, headers=other_org.headers),
        await client.post(f"{url}/execute", json={"input": "open"}, headers=other_org.headers),
    ]
    listed = await client.get(f"/v1/squads?idAny={made['id']}", headers=other_org.headers)
    with transaction(engine, other_org.id) as session:
        seen = session.connection().execute(text("SELECT count(*) FROM squads")).scalar_one()

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert listed.json() == []
    assert seen == 0


async def test_an_assistant_of_another_organisation_cannot_be_a_member(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    foreign = await client.post(
        "/v1/assistants", json={"name": "Theirs", "model": SCRIPTED}, headers=other_org.headers
    )

    refused = await refusal(client, org, members=[{"assistantId": foreign.json()["id"]}])

    assert refused["code"] == "member_not_found"


async def test_a_public_key_is_refused(client: httpx.AsyncClient, org: Org):
    answers = [
        await client.get("/v1/squads", headers=org.public_headers),
        await client.post("/v1/squads", json={"members": PAIR}, headers=org.public_headers),
        await client.post("/v1/squads/x/execute", json={"input": "hi"}, headers=org.public_headers),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (401, "public_key_not_allowed")
    ] * 3


async def test_secrets_of_members_and_overrides_are_never_shown_and_survive_a_new_order(
    client: httpx.AsyncClient, org: Org, engine: Engine
):
    keyed = member("Keyed")
    keyed["assistant"]["credentials"] = [{"provider": "openai", "apiKey": "sk-member"}]
    made = await create(
        client,
        org,
        members=[
            keyed,
            member("Plain", assistantOverrides={"server": {"url": "https://a.cn", "secret": "s1"}}),
        ],
        membersOverrides={"credentials": [{"provider": "deep-seek", "apiKey": "sk-all"}]},
    )
    keyless = member("Keyed")
    keyless["assistant"]["credentials"] = [{"provider": "openai"}]

    changed = await client.patch(
        f"/v1/squads/{made['id']}", json={"members": [member("New"), keyless]}, headers=org.headers
    )
    with transaction(engine, org.id) as session:
        sealed = session.connection().execute(text("SELECT sealed FROM squads")).scalar_one()

    assert "sk-" not in str(made) + changed.text
    assert "s1" not in str(made["members"])
    assert set(sealed) == {
        "members.1.assistant.credentials.0.apiKey", "membersOverrides.credentials.0.apiKey",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"members": []}, "members"),
        ({"members": [{}]}, "members.0.assistantId should be given, or assistant, but not both."),
        (
            {"members": [{**member("A"), "assistantId": "x"}]},
            "members.0.assistantId should be given, or assistant, but not both.",
        ),
        (
            {"members": [member("A", skils=[])]},
            "property members.0.skils should not exist; did you mean skills?",
        ),
        ({"members": [member("A", role="boss")]}, "members.0.role"),
        (
            {"members": [member("A", assistantDestinations=[{"type": "number", "number": "110"}])]},
            "members.0.assistantDestinations.0.type: number is not available in a squad: use the tool "
            "transferCall.",
        ),
        (
            {"members": [member("A", assistantDestinations=[to("B", assistantId="x")])]},
            "members.0.assistantDestinations.0.assistantName should be given, or assistantId, or assistant, "
            "but only one of them.",
        ),
        (
            {
                "members": [
                    member("A", assistantDestinations=[to("B", variableExtractionPlan={"schemas": {}})])
                ]
            },
            "property members.0.assistantDestinations.0.variableExtractionPlan.schemas should not exist; "
            "did you mean schema?",
        ),
    ],
)
async def test_a_malformed_squad_is_refused_with_a_sentence(
    client: httpx.AsyncClient, org: Org, fields: dict[str, Any], sentence: str
):
    refused = await refusal(client, org, **fields)

    assert refused["code"] == "invalid_request"
    assert any(line.startswith(sentence) for line in refused["message"]), refused["message"]


@pytest.mark.parametrize(
    ("fields", "code", "sentence"),
    [
        (
            {"members": [member("A"), member("A")]},
            "member_twice",
            "members: two are named A; rename one with assistantOverrides.name.",
        ),
        (
            {"members": [member("A", assistantDestinations=[to("B")])]},
            "destination_unknown",
            "members.0.assistantDestinations.0: no member is B; the members are A.",
        ),
        (
            {"transfers": [{"from": "Nobody", "to": "Billing"}]},
            "destination_unknown",
            "transfers.0.from: no member is Nobody; the members are Front, Billing.",
        ),
        (
            {"membersOverrides": {"firstMessage": "Hi {{ name"}},
            "template_error",
            "membersOverrides.firstMessage has a template that cannot be rendered",
        ),
        (
            {"membersOverrides": {"server": {"url": "http://127.0.0.1/x"}}},
            "target_refused",
            "membersOverrides.server.url: ",
        ),
    ],
)
async def test_a_squad_that_could_not_run_is_refused_with_a_sentence(
    client: httpx.AsyncClient, org: Org, fields: dict[str, Any], code: str, sentence: str
):
    refused = await refusal(client, org, **fields)

    assert refused["code"] == code
    assert refused["message"].startswith(sentence)


@pytest.mark.parametrize("prefix", ["/squad", "/v1/squad"])
async def test_squads_live_under_vapis_paths_too(client: httpx.AsyncClient, org: Org, prefix: str):
    made = await client.post(prefix, json={"name": "A", "members": PAIR}, headers=org.headers)
    url = f"{prefix}/{made.json()['id']}"

    assert made.status_code == 201
    assert (await client.get(url, headers=org.headers)).json() == made.json()
    assert (await client.get("/v1/squads", headers=org.headers)).json() == [made.json()]
    changed = await client.patch(url, json={"name": "B", "members": PAIR}, headers=org.headers)
    assert changed.json()["name"] == "B"
    assert (await client.delete(url, headers=org.headers)).json()["name"] == "B"
