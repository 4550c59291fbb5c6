"""Stored tools over HTTP: the same shapes as an assistant's own, kept while somebody names them."""

from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.api.world import Org, SetClock, posted

FUNCTION = {
    "type": "function",
    "function": {"name": "order_pizza", "parameters": {"type": "object", "properties": {}}},
    "server": {"url": "https://example.com/tools", "secret": "hush"},
}
REQUEST = {"type": "apiRequest", "name": "weather", "method": "GET", "url": "https://example.com/{{ city }}"}
KINDS: list[dict[str, Any]] = [
    FUNCTION,
    REQUEST,
    {"type": "endCall"},
    {"type": "dtmf"},
    {"type": "voicemail", "beepDetectionEnabled": True},
    {"type": "mcp", "server": {"url": "https://example.com/mcp"}},
    {"type": "transferCall", "destinations": [{"type": "number", "number": "+8657188880000"}]},
    {"type": "handoff", "destinations": [{"type": "assistant", "assistantName": "Billing"}]},
    {
        "type": "query",
        "knowledgeBases": [
            {
                "name": "menu",
                "provider": "custom-knowledge-base",
                "server": {"url": "https://example.com/kb"},
            }
        ],
    },
]


async def create(client: httpx.AsyncClient, org: Org, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = await posted(client, org, "/v1/tools", {**FUNCTION, **fields})
    return made


async def with_model(client: httpx.AsyncClient, org: Org, **model: Any) -> httpx.Response:
    body = {"name": "Shop", "model": {"provider": "scripted", **model}}
    return await client.post("/v1/assistants", json=body, headers=org.headers)


@pytest.mark.parametrize("given", KINDS, ids=lambda given: str(given["type"]))
async def test_every_kind_that_can_be_run_is_kept_as_it_was_given(
    client: httpx.AsyncClient, org: Org, given: dict[str, Any]
):
    made = await client.post("/tool", json=given, headers=org.headers)

    assert made.status_code == 201, made.text
    shown = made.json()
    added = {"id", "orgId", "createdAt", "updatedAt", "latestVersion"}
    expected = {**given, **({"server": {"url": given["server"]["url"]}} if "server" in given else {})}
    assert {key: value for key, value in shown.items() if key not in added} == expected
    assert (shown["orgId"], shown["latestVersion"]) == (org.id, "v1")


@pytest.mark.parametrize(
    ("kind", "instead"),
    [("sms", "apiRequest"), ("sipRequest", "transferCall"), ("code", "your server"), ("make", "MCP")],
)
async def test_a_kind_that_cannot_be_run_says_what_to_use_instead(
    client: httpx.AsyncClient, org: Org, kind: str, instead: str
):
    refused = await client.post("/v1/tools", json={"type": kind}, headers=org.headers)

    assert refused.status_code == 400
    [message] = refused.json()["message"]
    assert message.startswith(f"type: {kind} is not available in this installation")
    assert instead in message


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"type": "functoin"}, "type should be one of the following values"),
        ({"type": None}, "type should be one of"),
        ({"functoin": {}}, "functoin should not exist; did you mean function?"),
        ({"function": {"name": "a b"}}, "function.name"),
        ({"server": {"url": "http://127.0.0.1/x"}}, "server.url: 127.0.0.1 is refused"),
        ({"function": {"name": "f", "description": "{{ x | nonsense"}}, "tool.function.description has a"),
    ],
)
async def test_what_is_wrong_is_named(client: httpx.AsyncClient, org: Org, fields: Any, said: str):
    refused = await client.post("/v1/tools", json={**FUNCTION, **fields}, headers=org.headers)

    assert refused.status_code == 400
    assert said in str(refused.json()["message"])


async def test_an_api_request_may_not_lead_inwards(client: httpx.AsyncClient, org: Org):
    refused = await client.post(
        "/v1/tools", json={**REQUEST, "url": "http://169.254.169.254/latest"}, headers=org.headers
    )

    assert refused.json()["code"] == "target_refused"


async def test_secrets_are_sealed_and_never_shown(client: httpx.AsyncClient, org: Org, owner: Engine):
    made = await create(client, org)

    with owner.connect() as connection:
        row = connection.execute(text("SELECT config, sealed FROM tools")).one()
    assert "hush" not in str(made) + str(row)
    assert list(row.sealed) == ["server.secret"]


async def test_tools_are_listed_newest_first_and_by_kind(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    first = await create(client, org)
    clock.advance(1)
    second = (await client.post("/v1/tools", json=REQUEST, headers=org.headers)).json()

    listed = (await client.get("/tool", headers=org.headers)).json()
    functions = (await client.get("/v1/tools?type=function", headers=org.headers)).json()
    since = (await client.get(f"/v1/tools?createdAtGt={first['createdAt']}", headers=org.headers)).json()
    unknown = await client.get("/v1/tools?type=sms", headers=org.headers)

    assert [tool["id"] for tool in listed] == [second["id"], first["id"]]
    assert [tool["id"] for tool in functions] == [first["id"]]
    assert [tool["id"] for tool in since] == [second["id"]]
    assert unknown.status_code == 400


@pytest.mark.parametrize("type", [{}, {"type": "function"}])
async def test_a_patch_replaces_what_it_names_with_or_without_the_type(
    client: httpx.AsyncClient, org: Org, owner: Engine, type: dict[str, str]
):
    made = await create(client, org, messages=[{"type": "request-start", "content": "稍等"}])

    changed = await client.patch(
        f"/v1/tools/{made['id']}", json={**type, "async": True, "messages": None}, headers=org.headers
    )

    assert changed.status_code == 200, changed.text
    shown = changed.json()
    assert (shown["async"], shown["latestVersion"], "messages" in shown) == (True, "v2", False)
    assert shown["function"] == made["function"]
    with owner.connect() as connection:
        assert connection.execute(text("SELECT sealed FROM tools")).scalar_one().keys() == {"server.secret"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"type": "endCall"}, "type: this tool is of type function"),
        ({"function": None}, "function"),
        ({"method": "GET"}, "method should not exist"),
        ({"function": {"name": "x y"}}, "function.name"),
        ({"server": {"url": "http://10.0.0.1"}}, "server.url"),
    ],
)
async def test_a_patch_is_checked_like_a_new_tool(
    client: httpx.AsyncClient, org: Org, fields: dict[str, Any], said: str
):
    made = await create(client, org)

    refused = await client.patch(f"/v1/tools/{made['id']}", json=fields, headers=org.headers)

    assert refused.status_code == 400
    assert said in str(refused.json()["message"])
    assert (await client.get(f"/v1/tools/{made['id']}", headers=org.headers)).json() == made


async def test_a_foreign_tool_does_not_exist(client: httpx.AsyncClient, org: Org, other_org: Org):
    made = await create(client, org)
    url, headers = f"/v1/tools/{made['id']}", other_org.headers

    answers = [
        await client.get(url, headers=headers),
        await client.patch(url, json={"async": True}, headers=headers),
        await client.delete(url, headers=headers),
    ]
    named = await with_model(client, other_org, toolIds=[made["id"]])

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (named.status_code, named.json()["code"]) == (400, "tool_not_found")
    assert (await client.get("/v1/tools", headers=headers)).json() == []


async def test_an_assistant_may_only_name_tools_that_are_there(client: httpx.AsyncClient, org: Org):
    made = await create(client, org)

    good = await with_model(client, org, toolIds=[made["id"]])
    unknown = await with_model(client, org, toolIds=[made["id"], "nobody"])
    version = await with_model(client, org, toolRefs=[{"toolId": made["id"], "version": "v1"}])
    twice = await with_model(
        client, org, toolIds=[made["id"]], toolRefs=[{"toolId": made["id"], "version": "latest"}]
    )

    assert good.status_code == 201, good.text
    assert good.json()["model"]["toolIds"] == [made["id"]]
    assert unknown.json()["message"].startswith("model.toolIds.1: there is no tool with the id 'nobody'")
    assert "model.toolRefs.0.version" in str(version.json()["message"])
    assert twice.json()["message"].startswith("model has two tools named order_pizza")


async def test_a_tool_that_is_used_cannot_be_deleted_until_it_is_let_go(client: httpx.AsyncClient, org: Org):
    made = await create(client, org)
    shop = (await with_model(client, org, toolIds=[made["id"]])).json()
    hooked = (
        await client.post(
            "/v1/assistants",
            json={"hooks": [{"on": "call.ending", "do": [{"type": "tool", "toolId": made["id"]}]}]},
            headers=org.headers,
        )
    ).json()
    member = {"assistant": {"name": "A", "model": {"provider": "scripted", "toolIds": [made["id"]]}}}
    squad = (await client.post("/v1/squads", json={"members": [member]}, headers=org.headers)).json()

    pinned = await client.delete(f"/v1/tools/{made['id']}", headers=org.headers)
    for kind, one in (("assistants", shop), ("assistants", hooked), ("squads", squad)):
        await client.delete(f"/v1/{kind}/{one['id']}", headers=org.headers)
    gone = await client.delete(f"/v1/tools/{made['id']}", headers=org.headers)

    assert (pinned.status_code, pinned.json()["error"]) == (409, "tool_pinned")
    assert {(one["type"], one["id"], one["name"]) for one in pinned.json()["references"]} == {
        ("assistant", shop["id"], "Shop"),
        ("assistant", hooked["id"], ""),
        ("squad", squad["id"], ""),
    }
    assert (gone.status_code, gone.json()) == (200, made)


@pytest.mark.parametrize("place", ["member", "all members"])
async def test_a_tool_that_a_squads_overrides_name_is_in_use(client: httpx.AsyncClient, org: Org, place: str):
    made = await create(client, org)
    overrides = {"model": {"provider": "scripted", "toolIds": [made["id"]]}}
    member = {"assistant": {"name": "A", "model": {"provider": "scripted"}}}
    of_one = {"members": [{**member, "assistantOverrides": overrides}]}
    squad = of_one if place == "member" else {"members": [member], "membersOverrides": overrides}
    await posted(client, org, "/v1/squads", squad)

    pinned = await client.delete(f"/v1/tools/{made['id']}", headers=org.headers)

    assert (pinned.status_code, pinned.json()["error"]) == (409, "tool_pinned")


async def test_a_squads_unknown_tool_is_named_by_its_place(client: httpx.AsyncClient, org: Org):
    member = {"assistant": {"name": "A", "model": {"provider": "scripted", "toolIds": ["nobody"]}}}

    refused = await client.post("/v1/squads", json={"members": [member]}, headers=org.headers)

    assert refused.status_code == 400
    assert refused.json()["message"].startswith("members.0.assistant.model.toolIds.0: there is no tool")


async def test_a_repeated_request_makes_one_tool(client: httpx.AsyncClient, org: Org):
    headers = {**org.headers, "Idempotency-Key": "once"}

    first = await client.post("/v1/tools", json=FUNCTION, headers=headers)
    second = await client.post("/v1/tools", json=FUNCTION, headers=headers)

    assert first.json() == second.json()
    assert len((await client.get("/v1/tools", headers=org.headers)).json()) == 1


async def test_no_variable_says_where_a_credential_goes(client: httpx.AsyncClient, org: Org):
    tool = {"type": "apiRequest", "method": "GET", "url": "https://{{ host }}/x", "credentialId": "c"}

    refused = await client.post("/v1/tools", json=tool, headers=org.headers)

    assert refused.status_code == 400
    assert "without a template" in str(refused.json()["message"])
